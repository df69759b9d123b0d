# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may go wrong, or surprise somebody, when a plan is carried out: from what is known already, without a call. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any

from ..target.immutable_tags import immutable_advice
from ..variables.access import PERMANENT
from .estimate import in_words
from .facts import PlanFacts

_SHOWN = 5
_DAY = 86400
_RESTARTS = ("recreate", "restart")
# A limit is near when what the migration adds leaves less than this part of it.
_NEAR_PART = 10


def interruptions(steps: Sequence[Any]) -> list[Any]:
    """The steps while which Harbor does not answer."""
    return [step for step in steps if step["action"] in _RESTARTS]


def near_limit(quota: Any) -> bool:
    """Whether what is added leaves less than a tenth of what an edition allows."""
    limit = quota["limit"]
    return bool(quota["needed"] and limit) and (limit - quota["used"] - quota["needed"]) * _NEAR_PART < limit


def risks(facts: PlanFacts, transfer: Any) -> list[dict[str, str]]:
    """The risks in a fixed order: ``risk`` (a word for programs) and ``text`` (a sentence with what to do).

    :param transfer: the estimate of the copying.
    """
    parts = (_of_harbor, _of_content, _of_target, _of_access)
    found = [one for part in parts for one in part(facts)]
    if transfer["largest_repository_seconds"] > _DAY:
        took = in_words(transfer["largest_repository_seconds"])
        text = (
            f"The largest repository takes about {took}, and Harbor ends a task after 24 hours (max_job_duration_hours of "
            "jobservice). Raise that, or raise migration_speed."
        )
        found.append(("long_task", text))
    return [{"risk": risk, "text": " ".join(text.split())} for risk, text in found]


def _of_harbor(facts: PlanFacts) -> Iterator[tuple[str, str]]:
    if interruptions(facts.steps):
        yield (
            "harbor_interrupted",
            "Harbor does not answer while its services start again, usually for less than a minute: logins, pushes and pulls "
            "fail meanwhile.",
        )
    user = facts.harbor.get("user") or {"robot": True}
    if not user["robot"] and facts.harbor["capabilities"]["costly_passwords"]:
        yield (
            "costly_password",
            f"Each login of the user {user['name']} costs this Harbor 0.5 to 1.4 seconds of CPU, and each task logs in. A robot "
            "account (module harbor_robot, purpose: migration) costs it nothing and is never locked by a wrong password.",
        )


def _of_content(facts: PlanFacts) -> Iterator[tuple[str, str]]:
    totals = facts.inventory.get("totals", {})
    capabilities = facts.harbor.get("capabilities", {})
    if totals.get("indexes") and not capabilities.get("index_copy", True):
        yield (
            "single_platform",
            f"{totals['indexes']} tags are multi-arch images, of which this Harbor copies one platform. They will be different "
            "at the target.",
        )
    proxies = facts.inventory.get("proxy_projects", ())
    if proxies:
        yield (
            "proxy_projects",
            f"{_shown(proxies)}: proxy caches are left out. Name them in migration_projects if they are to be copied.",
        )
    left_behind = [f"{one['repository']}: {one['reference']}" for one in facts.inventory.get("left_behind", ())]
    if left_behind:
        yield (
            "left_behind",
            f"{len(left_behind)} artifacts that belong to images are not copied: {_shown(left_behind)}.",
        )
    # What is left behind is listed above and in a section of its own.
    for note in facts.comparison.get("notes", ()):
        if " is left behind: " not in note:
            yield "content", str(note)


def _of_target(facts: PlanFacts) -> Iterator[tuple[str, str]]:
    different = facts.tags_with("different")
    if different:
        yield "tags_replaced", f"{len(different)} tags are replaced at the target: {_shown(different)}."
    kept = sorted(
        facts.comparison.get("immutable_tags", ()), key=lambda one: (one["rule"], one["repository"], one["tag"])
    )
    if kept:
        yield "tags_kept_by_rules", immutable_advice(kept)
    unknown = facts.tags_with("unknown")
    if unknown:
        yield (
            "tags_unknown",
            f"{len(unknown)} tags at the target have no digest that can be read now: {_shown(unknown)}. A run asks the registry "
            "itself once the network path is open, and starts a replication if one of them differs.",
        )
    yield from (("names", str(text)) for text in sorted(facts.targets.get("doubtful", ())))
    for quota in facts.requirements.get("quotas", ()):
        allowed = f"the edition {quota['edition']} is said to allow {quota['limit']}"
        if not quota["enough"]:
            advice = "Ask for a higher quota, choose a larger edition, or select less."
            yield "quota", f"There is no room for {quota['needed']} more {quota['name']}: {allowed}. {advice}"
        elif near_limit(quota):
            yield "quota", f"{quota['needed']} more {quota['name']} nearly reach the limit: {allowed}."


def _of_access(facts: PlanFacts) -> Iterator[tuple[str, str]]:
    everywhere = [one for one in facts.public_cidrs if _is_everything(one)] if facts.network == "public" else []
    if everywhere:
        yield (
            "open_to_all",
            f"The whitelist is opened to all addresses ({_shown(everywhere)}): whoever has a credential can use it from "
            "anywhere. Name the addresses of Harbor in migration_public_cidrs.",
        )
    if facts.access == PERMANENT:
        yield "access_stays", "Temporary access stays open until cleanup runs."


def _is_everything(cidr: str) -> bool:
    try:
        return ipaddress.ip_network(str(cidr).strip(), strict=False).prefixlen == 0
    except ValueError:
        return False


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
