# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of the argument group HOST_NAME_RECORDS."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  migration_id:
    description: Name of the migration, which marks what belongs to it.
    type: str
    required: true
  names:
    description: The names. Needed when O(state=present).
    type: list
    elements: str
    default: []
  address:
    description: The address of the names, IPv4 or IPv6. Needed when O(state=present).
    type: str
  hosts_file:
    description: The hosts file with the block. A new block stands at the top, because the first line that has a name wins.
    type: path
  dnsmasq_file:
    description: The file with the records for dnsmasq. One that somebody else wrote is neither replaced nor removed.
    type: path
  dnsmasq_reload:
    description: The command after which dnsmasq has read the file. If it fails, the file is put back.
    type: str
  overrides:
    description: Changes of overrides of Compose.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: The file.
        type: path
        required: true
      before:
        description: The SHA-256 of the content that was read; empty when there was no file. If the file holds something else now,
          nothing is written.
        type: str
        default: ''
      after:
        description: The content that it must have, encoded in Base64. Without it the file is removed.
        type: str
  restart:
    description: The services that are recreated after everything was written, so that they learn the names.
    type: dict
    suboptions:
      directory:
        description: The directory with C(docker-compose.yml).
        type: path
        required: true
      command:
        description: The compose command.
        type: list
        elements: str
        required: true
      services:
        description: The services that are recreated, without those on which they depend.
        type: list
        elements: str
        required: true
      proxy_service:
        description: The service that is restarted then, because it has resolved the others once.
        type: str
        required: true
  note_file:
    description: A file that notes what the migration made elsewhere.
    type: path
  note:
    description: The text that O(note_file) must hold; empty removes it, and its directory when that is empty. Without this
      option it is only read; with O(state=absent) the word C(leaving) is added to it, which other migrations understand.
    type: str
  lease_file:
    description: A file with the end of the migration's lease on this host. With O(state=absent) it is removed, unless a note beside
      it says that there is a record elsewhere.
    type: path
  lease_hours:
    description:
      - After how many hours what this host holds counts as expired; V(0) for never. Without this option an end stays as it is.
      - The end is renewed when less than half of these hours is left, or when it is later than they give.
    type: int
  backup:
    description: Whether to keep a copy beside the hosts file and the overrides of Compose when they are changed.
    type: bool
    default: true
"""
