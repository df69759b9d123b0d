# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What writes the indexes of referrers, from the options of module migration_referrers_tag."""

from __future__ import annotations

from ..._migration.target.referrers import ReferrersRequest, ReferrersTags
from ..._oci.push import DistributionWriter
from ..call import ModuleCall
from .tcr import connection_options, tcr_client


def referrers_tags(call: ModuleCall) -> ReferrersTags:
    """The indexes of the repositories that the options name."""
    options = call.parameters
    connection = connection_options(options)
    return ReferrersTags(
        tcr_client(call),
        lambda url, user, password, address: DistributionWriter(url, user, password, connect_to=address, **connection),
        ReferrersRequest(
            options["registry_id"],
            options["repositories"],
            options["registry_url"] or "",
            options["registry_connect_to"],
        ),
    )
