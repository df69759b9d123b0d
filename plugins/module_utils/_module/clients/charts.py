# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves charts from a Harbor to a TCR registry, from the options of module harbor_chart_migration."""

from __future__ import annotations

from ..._migration.charts.migration import ChartMigration, ChartMigrationRequest
from ..._oci.push import DistributionWriter
from ..call import ModuleCall
from ..options.migration import selection_of
from .harbor import harbor_client
from .registries import target_registry


def chart_migration(call: ModuleCall) -> ChartMigration:
    """One run over the selected charts.

    :raises InvalidInput: a pattern is no pattern.
    """
    options = call.parameters
    request = ChartMigrationRequest(
        selection=selection_of(options),
        namespace_map=options["namespace_map"] or {},
        prefix=options["chart_prefix"],
        override=options["override"],
    )
    return ChartMigration(harbor_client(call), target_registry(call, DistributionWriter), request)
