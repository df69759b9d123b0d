# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  accessories:
    description:
      - What hangs on the selected images, such as signatures, SBOMs and attestations (Harbor 2.5 and later). It is read with
        one more call to Harbor for each accessory, and compared at the target by digest.
      - V(require) - source and target are equal only when all of it is at the target. V(report) - it is compared, but does
        not decide. V(ignore) - it is not read.
      - Under O(tags), tags that name a selected image (C(sha256-<digest>.sig), C(.att), C(.sbom), or nothing behind the
        digest) belong to it.
    type: str
    choices: [require, report, ignore]
    default: require
"""
