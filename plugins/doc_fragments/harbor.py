# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
requirements:
  - Harbor 1.8.0 or later
  - Python library C(requests) on the host where the module runs
options:
  harbor_url:
    description:
      - The address under which Harbor's portal opens, without any path, for example V(https://harbor.example.com).
      - If it is not given, the environment variable E(HARBOR_URL) is used.
    type: str
    required: true
  harbor_username:
    description:
      - A system administrator; or, from Harbor 2.2 on, a robot account of the system with the rights for C(registry),
        C(replication-policy) and C(replication), and for C(repository) and C(artifact) of the projects.
      - Where Harbor leaves the login to OIDC, use its local administrator or a robot account.
      - If it is not given, the environment variable E(HARBOR_USERNAME) is used.
    type: str
    required: true
  harbor_password:
    description:
      - The password of the user, or the secret of the robot account.
      - Harbor treats a wrong password as an anonymous login; the modules notice and fail. It locks the user for 1.5
        seconds after a wrong password, whoever sent it; the modules wait, and try a wrong password twice at most.
      - From Harbor 2.15.2 on, where the check of a user's password is costly, a run of a module has it checked once and
        then works in a session, as Harbor's portal does; where there are no sessions, with the password. That of a robot
        account is sent with each request.
      - If it is not given, the environment variable E(HARBOR_PASSWORD) is used.
    type: str
    required: true
  harbor_validate_certs:
    description:
      - Whether to verify the certificate of Harbor.
    type: bool
    default: true
  harbor_ca_path:
    description:
      - A file or directory with the certificate authorities to trust instead of the default, for a Harbor with a
        certificate of its own.
    type: path
  harbor_timeout:
    description:
      - Seconds to wait for each part of an answer of Harbor. A whole answer may take twice as long. Calls
        in which Harbor itself waits for another registry get at least 90.
    type: int
    default: 120
  harbor_detected:
    description:
      - What M(cloud_registry.migration.harbor_info) returned as RV(cloud_registry.migration.harbor_info#module:harbor.detected)
        for this Harbor, so that its version and the rights of the user are not asked for again.
      - What another user detected is not used. What is about another Harbor is an error.
      - M(cloud_registry.migration.harbor_info) itself always asks.
    type: dict
"""
