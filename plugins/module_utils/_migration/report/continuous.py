# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says about a replication that copies each push at once: its health, and what has not arrived yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..continuous.source_changes import changes_text
from .markdown import table

Facts = Mapping[str, Any]


def continuous_section(continuous: Facts, lag: Facts) -> Iterator[str]:
    """The section in Markdown; nothing where no push is copied at once.

    :param continuous: as module migration_state_info returns it; empty when it was not looked at.
    :param lag: as :func:`lag_summary` made it; empty when it was not read.
    """
    if not continuous and not lag:
        return
    yield from ("", "## Continuous replication", "")
    yield from _health(continuous)
    if not lag:
        return
    yield from ("", lag_line(lag))
    if lag["entries"]:
        rows = ((one["pushed"] or "not known", one["kind"], one["name"], one["verdict"]) for one in lag["entries"])
        yield from ("", *table(("Pushed (UTC)", "Kind", "Source", "Verdict"), rows))
        rest = lag["total"] - len(lag["entries"])
        if rest:
            yield from ("", f"and {rest} more")


def continuous_lines(continuous: Facts, lag: Facts) -> list[str]:
    """The same for the screen, in few lines."""
    lines = []
    if continuous:
        lines.append(
            "Continuous replication: " + ("healthy" if continuous["healthy"] else "not healthy, see the warnings")
        )
    return [*lines, lag_line(lag)] if lag else lines


def source_changes_section(changes: Facts) -> Iterator[str]:
    """What was pushed to the source since an earlier report, in Markdown; nothing where nobody asked."""
    if not changes:
        return
    yield from ("", "## Pushed to the source since an earlier report", "", changes_text(changes))
    rows = [(kind, name) for kind in ("new", "changed", "deleted", "unknown") for name in changes[kind]]
    if rows:
        yield from ("", *table(("Change", "Source"), rows))
    yield from ("", f"Compared with `{changes['report']}`.")


def lag_line(lag: Facts) -> str:
    """How much has not arrived, and since when, in a sentence."""
    if not lag["total"]:
        return "Everything that was pushed to the source is at the target."
    oldest = f"; the oldest was pushed at {lag['oldest']}, {lag['seconds']} s before" if lag["oldest"] else ""
    return f"Of what was pushed to the source, {lag['total']} have not arrived at the target{oldest}."


def _health(continuous: Facts) -> Iterator[str]:
    if not continuous:
        return
    yield "Healthy." if continuous["healthy"] else "Not healthy:"
    yield from ("", *(f"- {one}" for one in continuous["problems"]), *([""] if continuous["problems"] else []))
    rows = [
        (
            one["name"],
            "yes" if one["enabled"] else "no",
            one["trigger"],
            next((f"{last['status']} ({last['start_time']})" for last in one["executions"]), "none"),
            f"{one['failed_total']} of {one['looked_at']}",
        )
        for one in continuous["policies"]
    ]
    yield from table(("Policy", "Enabled", "Trigger", "Last execution", "Failed executions"), rows)
    for policy in continuous["policies"]:
        for one in policy["failed"]:
            reason = f": {one['status_text']}" if one["status_text"] else ""
            yield f"- Execution {one['id']} of {policy['name']} failed at {one['end_time'] or one['start_time']}{reason}"
