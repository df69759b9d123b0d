# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  migration_id:
    description:
      - The name of the migration to which the objects belong.
      - >-
        When given, everything that this task creates carries C(managed by cloud_registry.migration: <migration_id>)
        in its description, and nothing that lacks this text is changed or removed.
      - >-
        An object that carries the ids of several migrations (C(<migration_id>; <migration_id>)) is not removed: only this id is
        taken out. The last owner removes it.
      - One word without semicolons, commas and parentheses, which does not end in a dot.
    type: str
  lease_hours:
    description:
      - After how many hours what carries the marker counts as expired. The marker then reads C(<migration_id> until <UTC time>), with
        a full hour, and each of several migrations has an end of its own.
      - The end is renewed when less than half of these hours is left, or when it is later than they give. In the results that is
        the action C(renew). A description that cannot be changed keeps its first end.
      - With V(0) the marker gets no end, and one that it has is taken out. When this is not given, an end that is there stays.
      - >-
        Nothing is removed by itself: C(cleanup_expired: true) of the playbook C(cleanup) removes what has expired.
    type: int
"""
