# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of the argument group HOST_DEPLOYMENT."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  compose_directory:
    description: The directory with C(docker-compose.yml). Without it the one that the containers name.
    type: str
  compose_command:
    description: The compose command, with C(-f) where the site uses it. Without it C(docker compose), C(docker-compose) or
      C(podman-compose), whichever is there.
    type: str
  services:
    description: The services that use the registry. Their containers are named C(harbor-SERVICE).
    type: list
    elements: str
    default: [core, jobservice]
  names:
    description: The names that the containers must resolve.
    type: list
    elements: str
    default: []
  address:
    description: The address that each name must have inside the containers.
    type: str
  url:
    description: The address of the registry, to which curl connects inside the containers; openssl where there is no curl.
    type: str
  public_url:
    description:
      - An address whose certificate is from a public authority, as that of a registry of TCR is.
      - It is tried if O(url) cannot be reached yet, to find out whether the containers trust public authorities.
    type: str
  bypass_proxy:
    description: Whether the names must be reached without a proxy.
    type: bool
    default: false
  clock_reference:
    description: The right time in seconds since the epoch, with which Harbor's clock is compared.
    type: float
  clock_tolerance:
    description: Seconds by which it may differ.
    type: float
    default: 60
  detect_helm_release:
    description: Whether to search with C(kubectl) for a release of Harbor's chart if there is no container.
    type: bool
    default: true
  unit_directories:
    description: Directories with systemd units, which may start Harbor so that the override of Compose is ignored.
    type: list
    elements: str
    default: [/etc/systemd/system, /usr/local/lib/systemd/system, /usr/lib/systemd/system, /lib/systemd/system]
"""
