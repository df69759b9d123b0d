# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of the progress: bounded, spread over all of the time, with the beginning and the end."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.watch import (
    MOST_SAMPLES,
    Samples,
)


@pytest.mark.parametrize("number", [1, 2, 199, 200, 201, 5000])
def test_samples_are_bounded_and_reach_from_the_beginning_to_the_end(number: int) -> None:
    samples = Samples()
    for second in range(number):
        samples.add(second, {"repositories": number, "repositories_done": second})
    times = [one["seconds"] for one in samples.kept]
    assert len(times) <= MOST_SAMPLES and len(times) >= min(number, MOST_SAMPLES // 2)
    assert (times[0], times[-1]) == (0, number - 1)
    assert times == sorted(set(times))
    gaps = {after - before for before, after in zip(times[:-2], times[1:-1], strict=True)}
    assert len(gaps) <= 1, "all but the last are equally far from each other"


def test_an_execution_without_counts_gives_no_sample() -> None:
    samples = Samples()
    samples.add(1, {})
    assert samples.kept == []
    samples.add(2, {"repositories": 3, "repositories_done": None})
    assert samples.kept == [{"seconds": 2, "finished": 0, "total": 3}]
