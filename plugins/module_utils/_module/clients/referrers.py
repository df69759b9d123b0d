# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What writes the indexes of referrers, from the options of module migration_referrers_tag."""

from __future__ import annotations

from ..._migration.target.referrers import ReferrersTags
from ..._oci.push import DistributionWriter
from ..call import ModuleCall
from .registries import target_registry


def referrers_tags(call: ModuleCall) -> ReferrersTags:
    """The indexes of the repositories that the options name."""
    return ReferrersTags(target_registry(call, DistributionWriter), call.parameters["repositories"])
