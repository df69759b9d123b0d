#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module host_lease_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_lease_info
short_description: List the leases that migrations have on this host
version_added: 0.1.0
description:
  - Reads which migrations have given names to Harbor on this host, and until when they are needed.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: none}
  idempotent: {support: full}
  action_group: {support: none, details: The module talks to no API., membership: []}
options:
  state_directory:
    description: The directory in which migrations keep their leases.
    type: path
    default: /var/lib/cloud_registry.migration
seealso:
  - module: cloud_registry.migration.host_name_records
  - module: cloud_registry.migration.migration_expired_access
"""

EXAMPLES = r"""
- name: List the leases on this host
  cloud_registry.migration.host_lease_info:
  register: found
"""

RETURN = r"""
leases:
  description: The leases with an end, in the order of the ids.
  returned: success
  type: list
  elements: dict
  contains:
    migration_id: {description: 'The migration.', type: str, sample: to-cloud}
    end: {description: 'Until when the names are needed.', type: str, sample: '2026-12-04T06Z'}
    expired: {description: 'Whether that is over, by the clock of this host.', type: bool, sample: false}
"""

import time

from ..module_utils._host.files import Files
from ..module_utils._host.leases import leases
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.run import run_info

OPTIONS = ArgumentGroup({"state_directory": {"type": "path", "default": "/var/lib/cloud_registry.migration"}})


def main() -> None:
    run_info(
        arguments=OPTIONS.merge(QUERY),
        collect=lambda call: {"leases": leases(Files(True, False), call.parameters["state_directory"], time.time())},
        returns="leases",
    )


if __name__ == "__main__":
    main()
