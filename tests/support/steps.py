# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twelve steps that every module must pass: create, change and delete, each predicted, done, predicted and done again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.sandbox.core.journal import Journal

Run = Callable[..., dict[str, Any]]
Parameters = Mapping[str, Any]


def four_steps(run: Run, journal: Journal, parameters: Parameters) -> dict[str, Any]:
    """Predict, do, predict again, do again; returns the result of the step that did it.

    What is predicted must be what is done, and only that step may write anything.
    """
    journal.clear()
    predicted = succeed(run, parameters, check=True)
    assert predicted["changed"], "check mode predicts no change"
    assert not journal.writes(), f"check mode wrote: {journal.writes()}"
    done = succeed(run, parameters)
    assert done["changed"], "nothing was changed"
    assert journal.writes(), "changed is reported, but nothing was written"
    assert done["actions"] == predicted["actions"], "done is not what was predicted"
    assert done["diff"] == predicted["diff"], "the difference is not the one that was predicted"
    journal.clear()
    for check in (True, False):
        again = succeed(run, parameters, check=check)
        assert not again["changed"], f"a second run (check mode: {check}) changes something: {again['diff']}"
        assert not again["actions"]
    assert not journal.writes(), f"a second run wrote: {journal.writes()}"
    return done


def twelve_steps(
    run: Run, journal: Journal, create: Parameters, change: Parameters | None, delete: Parameters
) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any]]:
    """Four steps each for creation, change (None for a kind that has none) and deletion; returns what each did."""
    created = four_steps(run, journal, create)
    changed = four_steps(run, journal, change) if change is not None else None
    return created, changed, four_steps(run, journal, delete)


def succeed(run: Run, parameters: Parameters, *, check: bool = False) -> dict[str, Any]:
    """Run a module that must not fail."""
    result = run(dict(parameters), check=check)
    assert not result["failed"], result.get("msg")
    return result


def fail(run: Run, parameters: Parameters, *, check: bool = False) -> dict[str, Any]:
    """Run a module that must fail, in words and without a traceback."""
    result = run(dict(parameters), check=check)
    assert result["failed"], "the module should have failed"
    assert "exception" not in result, result.get("exception")
    return result
