# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that compare source and target, and the requests that they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._migration.comparison.platforms import PLATFORM_MODES, SAMPLE
from ..._migration.comparison.verification import VerificationRequest
from .common import ArgumentGroup
from .migration import ACCESSORIES, SELECTION, selection_of
from .tcr import DATA_PLANE, REGISTRY

_REGISTRY = {
    **REGISTRY.options,
    **DATA_PLANE.options,
    "registry_username": {"type": "str"},
    "registry_password": {"type": "str", "no_log": True},
}

PLATFORMS = ArgumentGroup(
    {"platforms": {"type": "str", "choices": list(PLATFORM_MODES), "default": SAMPLE}},
)
VERIFY = ArgumentGroup(
    {
        "verify": {
            "type": "dict",
            "options": {**_REGISTRY, **SELECTION.options, **ACCESSORIES.options, **PLATFORMS.options},
            "required_together": [["registry_username", "registry_password"]],
        }
    }
)


def verification_request(parameters: Mapping[str, Any]) -> VerificationRequest:
    """What the options of module migration_verify mean.

    :raises InvalidInput: a pattern is no pattern.
    """
    return VerificationRequest(
        selection=selection_of(parameters),
        namespace_map=parameters["namespace_map"],
        username=parameters["registry_username"] or "",
        password=parameters["registry_password"] or "",
        accepted_verdicts=parameters["accepted_verdicts"],
        allow_empty=parameters["allow_empty"],
        fail_unless_equal=parameters["fail_unless_equal"],
        inventory=parameters["inventory"],
        charts=parameters["charts"],
        report_repository=parameters["report_repository"],
        accessories=parameters["accessories"],
        untagged=parameters["untagged"],
        platforms=parameters["platforms"],
        lag=parameters["lag"],
    )


def verify_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of module migration_verify, from those of harbor_replication_execution.

    Connections are the same; without another selection what is expected to be copied is compared. Images without a tag
    are compared too: a task that has not succeeded proves nothing about what it carries.
    """
    chosen = dict(options["verify"])
    if not chosen.get("projects") and not chosen.get("repositories"):
        chosen["repositories"] = sorted(options.get("expected_repositories") or ())
    connections = {name: value for name, value in options.items() if name.startswith(("harbor_", "tcr_"))}
    return {**connections, **chosen, "untagged": True, "fail_unless_equal": False}
