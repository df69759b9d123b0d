# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project with accessories of the record of Harbor 2.15.2, answered by a Harbor and by a target in memory."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.compare import (
    compare,
    questions,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    Comparison,
    Listing,
    RegistryAnswer,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.inventory import Inventory
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.reader import read_inventory
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.selection import Selection
from tests.unit.harbor.harbor_replay import RECORDS, FakeHttp, Request, client_with

_NAME = re.compile(r"(sha256-)?<([^<>\"]+)>")
_TAGS = {"cosign_sig_tag": "sha256-<image>.sig", "unt_cosign_sig_tag": "sha256-<unt_image>.sig"}


def digest(name: str) -> str:
    """The digest that stands for a recorded name."""
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def with_digests(text: str) -> str:
    """A text of the record with digests instead of names."""
    return _NAME.sub(lambda found: digest(found[2]).replace(":", "-" if found[1] else ":"), text)


def record() -> dict[str, Any]:
    """The record, with digests instead of names."""
    text = (RECORDS / "accessories-2.15.2.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(with_digests(text))
    return found


class AccessoryHarbor:
    """Answers as the recorded Harbor: listings, and each artifact by digest.

    :param version: what it says it is.
    :param extra: further accessories in the API's form, by the digest of their subject.
    """

    def __init__(self, version: str = "2.15.2", extra: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self._version = version
        self._extra = extra or {}
        inventory = record()["inventory"]
        self._listed = [
            self._artifact(one)
            for call, answer in inventory.items()
            if "with_accessory" in call
            for one in answer["body"]
        ]
        self._single = {one["digest"]: one for one in record()["artifacts"].values()}
        self.children = {child["child_digest"] for one in self._listed for child in one["references"]}

    def _artifact(self, one: dict[str, Any]) -> dict[str, Any]:
        hanging = [*(one["accessories"] or ()), *self._extra.get(one["digest"], ())]
        return {**one, "tags": [{"name": tag} for tag in one["tags"]], "accessories": hanging or None}

    def _get(self, wanted: str) -> dict[str, Any]:
        tag = next((tag for name, tag in _TAGS.items() if digest(name) == wanted), None)
        own = {"tags": [{"name": with_digests(tag)}] if tag else None, **self._single.get(wanted, {})}
        hanging = [*(own.get("accessories") or ()), *self._extra.get(wanted, ())]
        return {**own, "digest": wanted, "accessories": hanging or None}

    def __call__(self, request: Request) -> tuple[int, dict[str, str], Any]:
        path = request.path
        if path.endswith("/systeminfo"):
            return 200, {}, {"harbor_version": f"v{self._version}", "current_time": "x", "auth_mode": "db_auth"}
        if path.endswith("/version"):
            return 200, {}, {"version": "v2.0"}
        if path.endswith("/users/current"):
            return 200, {}, {"username": "admin", "sysadmin_flag": True}
        if path.endswith("/projects"):
            return 200, {}, [{"project_id": 2, "name": "acc", "metadata": {}}]
        if path.endswith("/repositories"):
            return 200, {}, [{"name": name} for name in sorted({one["repository_name"] for one in self._listed})]
        if path.endswith("/artifacts"):
            repository = path.split("/repositories/")[-1].partition("/")[0]
            inside = path.endswith("/projects/acc/artifacts")
            found = [one for one in self._listed if inside or one["repository_name"] == f"acc/{repository}"]
            if "with_accessory" not in request.params:
                return 200, {}, [{**one, "accessories": None} for one in found]
            wide = request.params.get("q") == "base=*"
            hidden = {accessory["digest"] for one in self._listed for accessory in one["accessories"] or ()}
            parts = [child["child_digest"] for one in found if wide for child in one["references"]]
            parts = [part for part in parts if part not in hidden]
            shown = [{**self._get(part), "repository_name": "acc/multi"} for part in parts]
            return 200, {}, [*found, *shown]
        return 200, {}, self._get(path.rpartition("/")[2])


def inventory_of(
    harbor: AccessoryHarbor | None = None, tags: list[str] | None = None, accessories: bool = True
) -> tuple[Inventory, FakeHttp]:
    """The inventory of the recorded project, and what was asked for it."""
    client, http = client_with(harbor or AccessoryHarbor())
    return read_inventory(client, Selection(["acc"], None, tags), accessories), http


def missing_at(state: str) -> set[str]:
    """The digests that the recorded target did not have at a time of the record."""
    answers = record()["targets"][state]
    gone = [call for call, answer in answers.items() if call.startswith("HEAD") and answer["status"] == 404]
    return {call.rpartition("/")[2] for call in gone}


def compared(
    inventory: Inventory, missing: set[str] | None = None, tags: dict[str, str] | None = None, **how: Any
) -> Comparison:
    """The comparison with a target that has everything but what is missing; it lists tags, and nothing else.

    :param tags: further tags of acc/app at the target, or tags that point to another digest there.
    """
    targets = {name: name for name in inventory.repositories}
    listing = Listing({name: {} for name in targets})
    gone = missing or set()
    for name, one in inventory.repositories.items():
        found = {tag: image.digest for tag, image in one.tags.items()}
        found |= {tag: accessory.digest for accessory in one.accessories.values() for tag in accessory.tags}
        listing.tags[name] = {tag: digest for tag, digest in found.items() if digest not in gone}
    listing.tags["acc/app"] |= tags or {}
    asked = questions(inventory, targets, listing, how.get("untagged", False))
    answers = {
        (name, reference): RegistryAnswer(
            listing.tags[name].get(reference) if ":" not in reference else None if reference in gone else reference
        )
        for name, reference in asked
    }
    return compare(inventory, targets, listing, answers, **how)
