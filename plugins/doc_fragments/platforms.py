# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  platforms:
    description:
      - The images inside multi-arch images, of which one can be missing at the target while the index is there. No listing
        shows them, so that the registry is asked for each by digest, where the index itself is equal.
      - V(sample) - as many are asked for as keep a comparison within 1.1 calls of the registry per tag, and in any case 1,000.
        Where that is not all, RV(cloud_registry.migration.migration_verify#module:notes) has the number of the others.
        V(require) - all are asked for; where the registry cannot be asked, the tag is V(unknown). V(ignore) - none is.
      - A tag of which an image inside is missing is V(missing). Harbor skips it, because its index is there, so that another
        replication does not help.
    type: str
    choices: [sample, require, ignore]
    default: sample
"""
