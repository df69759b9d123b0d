# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded project with accessories: the record, and the names by which it calls digests."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from tests.contract.replay_harbor import load
from tests.sandbox.core.accessories import absent, later, scene

RECORD = load("accessories-2.15.2.json")


@lru_cache(maxsize=1)
def digests() -> dict[str, str]:
    """Digest to recorded name of all that the scene pushes, first or later."""
    pushes = {**later(), **scene()}
    found = {push.digest: name for name, push in pushes.items()}
    children = pushes["index"].artifact.children
    found[absent().digest] = "gone"
    return found | {child.digest: f"index_child_{number}" for number, child in enumerate(children)}


def in_names(document: Any) -> Any:
    """A JSON document with the recorded names instead of digests, also within tags."""
    text = json.dumps(document)
    for digest, name in digests().items():
        text = text.replace(digest, f"<{name}>").replace(digest.replace(":", "-"), f"sha256-<{name}>")
    return json.loads(text)
