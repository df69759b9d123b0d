# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a whitelist whose entries are known by their positions only, when others change it meanwhile. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..._engine.fields import State, cidr, text


@dataclass(frozen=True)
class Replaced:
    """An entry that a change at a void position has replaced, or, where not certain, that somebody else has removed."""

    entry: State
    certain: bool


def content(entry: State) -> tuple[str, str]:
    """What tells entries apart that are listed."""
    return cidr(entry["cidr"]), text(entry["description"])


def replaced_by_mistake(before: Sequence[State], after: Sequence[State], place: int, written: State) -> Replaced | None:
    """The entry that a change has replaced instead of the one that it meant.

    Removals before the meant entry move those behind it up, so that the change hits one of them.

    :param before: the list as it was read before the change, in its order.
    :param after: the list as it was read after it.
    :param place: the place of the meant entry in ``before``.
    :param written: the content that the change gave the entry.
    """
    meant = content(before[place])
    counts_before, counts_after = Counter(map(content, before)), Counter(map(content, after))
    missing = counts_before - counts_after
    kept = not missing[meant]
    missing[meant] -= 1
    moved = sum(1 for one in before[:place] if missing[content(one)] > 0)
    # Where the meant entry is not there any more, it was changed as meant, or removed before the change.
    reach = before[place + 1 : place + moved + (1 if kept else 2)]
    lost = [one for one in reach if missing[content(one)] > 0]
    if meant == content(written) or not lost:
        return None
    hit = kept and counts_after[content(written)] > counts_before[content(written)]
    return Replaced(lost[-1], certain=hit and len(lost) == 1)
