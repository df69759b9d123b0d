# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module migration_target_removal against the sandbox: it removes what a migration made, and nothing that came since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.migration_scene import copy_by_hand
from tests.sandbox.core.content import DOCKER_MANIFEST
from tests.sandbox.core.images import image
from tests.sandbox.tcr.actions import repository_changes
from tests.sandbox.tcr.members import RepositoryRecord
from tests.support.steps import fail, four_steps, succeed

run = tcr_connection.runner("migration_target_removal")
READINGS = [("tag", "refuse"), ("digest", "cascade")]


class Target:
    """A registry into which everything of some projects was copied."""

    def __init__(self, sandbox: Any, projects: tuple[str, ...] = ("library",)) -> None:
        self.sandbox = sandbox
        target = harbor_connection.target(sandbox)
        target.tcr.create_security_policies(target.registry_id, [("127.0.0.1", "controller")])
        self.tcr, self.registry = target.tcr, sandbox.tcr.registry
        for project in projects:
            self.tcr.create_namespace(self.registry.id, project, False)
        self.names = [name for name in sandbox.images if name.partition("/")[0] in projects]
        for name in self.names:
            copy_by_hand(sandbox, name)
        self.projects = list(projects)
        sandbox.journal.clear()

    @property
    def store(self) -> Any:
        return self.registry.store

    def options(self, **changes: Any) -> dict[str, Any]:
        """Options that remove everything that was copied."""
        facts = self.sandbox.facts
        made = [{"name": name, "contents": self.sandbox.images[name], **changes.pop(name, {})} for name in self.names]
        own = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
        given = {"repositories": made, "namespaces": self.projects, **own, **changes}
        return tcr_connection.connection(self.sandbox, **given)

    def push(self, repository: str, tag: str, name: str = "theirs") -> str:
        """What somebody pushes to the target; returns its digest."""
        artifact = image([name])
        for blob in artifact.blobs:
            self.store.put_blob(blob, repository)
        self.store.put_manifest(repository, tag, DOCKER_MANIFEST, artifact.content)
        return str(self.store.tags(repository)[tag])

    def calls(self, action: str) -> int:
        return sum(entry.action == action for entry in self.sandbox.journal.entries)


@pytest.fixture
def target(make_sandbox: Callable[..., Any]) -> Callable[..., Target]:
    def make(projects: tuple[str, ...] = ("library",), **settings: Any) -> Target:
        return Target(make_sandbox(seed="demo", **settings), projects)

    return make


def reasons(result: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["reason"] for one in result["kept"]}


@pytest.mark.parametrize(("images", "namespaces"), READINGS)
def test_everything_that_was_made_is_removed_as_predicted_and_only_once(
    target: Callable[..., Target], images: str, namespaces: str
) -> None:
    """Other steps than deletion it has not: what is to be there again, a migration brings."""
    scene = target(image_removal=images, namespace_removal=namespaces)
    scene.push("theirs/web", "1")
    done = four_steps(run, scene.sandbox.journal, scene.options())
    assert {(one["object"], one["key"]) for one in done["actions"]} == {
        *(("repository", name) for name in scene.names),
        ("namespace", "library"),
    }
    assert done["kept"] == [] and "1 namespaces" in done["summary"]
    assert scene.store.repositories() == ["theirs/web"] and "library" not in scene.registry.namespaces


def test_each_repository_is_listed_once_and_tags_go_twenty_at_a_time(target: Callable[..., Target]) -> None:
    scene = target()
    name = scene.names[0]
    contents = dict(scene.sandbox.images[name])
    contents.update({f"more{number}": scene.push(name, f"more{number}", str(number)) for number in range(30)})
    scene.sandbox.journal.clear()
    succeed(run, scene.options(**{name: {"contents": contents}}))
    assert scene.calls("DescribeImages") == len(scene.names)
    assert 20 < len(contents) <= 40
    assert scene.calls("DeleteRepositoryTags") == len(scene.names) + 1
    assert scene.calls("CreateInstanceToken") == 0


@pytest.mark.parametrize("tag", ["new", "12"])
def test_a_repository_into_which_somebody_pushed_is_left_alone(target: Callable[..., Target], tag: str) -> None:
    scene = target()
    scene.push("library/base", tag)
    held = scene.store.tags("library/base")
    result = succeed(run, scene.options())
    assert scene.store.tags("library/base") == held
    words = "tags that the reports do not have: new" if tag == "new" else "another digest than in the reports: 12"
    assert words in reasons(result)["library/base"]
    assert "it holds library/base" in reasons(result)["library"]
    assert "library/nginx" not in scene.store.repositories()
    assert not any(one["failed"] for one in result["kept"])
    assert not succeed(run, scene.options())["changed"]


def test_what_was_there_before_stays_with_its_repository(target: Callable[..., Target]) -> None:
    scene = target()
    digest = scene.push("library/base", "old")
    result = succeed(run, scene.options(**{"library/base": {"before": {"old": digest}, "existed": True}}))
    assert scene.store.tags("library/base") == {"old": digest}
    assert {"action": "delete", "object": "image tag", "key": "library/base:12"} in result["actions"]
    assert reasons(result) == {"library": "it holds library/base"}


def test_a_repository_that_was_there_before_stays_when_it_is_empty_again(target: Callable[..., Target]) -> None:
    scene = target()
    scene.registry.records["library/base"] = RepositoryRecord(0.0)
    succeed(run, scene.options(**{"library/base": {"existed": True}}))
    assert scene.registry.repositories("library") == ["library/base"] and scene.store.tags("library/base") == {}


@pytest.mark.parametrize("images", ["tag", "digest"])
def test_a_tag_of_the_image_of_somebody_else_stays(target: Callable[..., Target], images: str) -> None:
    scene = target(image_removal=images)
    digest = scene.sandbox.images["library/base"]["12"]
    manifest = scene.store.manifest("library/base", "12")
    scene.store.put_manifest("library/base", "old", manifest.media_type, manifest.content)
    result = succeed(run, scene.options(**{"library/base": {"before": {"old": digest}, "existed": True}}))
    assert {"old", "12"} <= set(scene.store.tags("library/base"))
    assert "TCR may delete both" in reasons(result)["library/base:12"]


@pytest.mark.parametrize("listing", ["index", "child", "absent"])
def test_of_an_index_the_registry_itself_tells_the_digest(target: Callable[..., Target], listing: str) -> None:
    scene = target(("platform",), index_listing=listing)
    predicted = succeed(run, scene.options(), check=True)
    assert not scene.sandbox.journal.writes()
    assert predicted["kept"] == [] and scene.store.repositories()
    result = succeed(run, scene.options())
    assert (result["actions"], result["kept"], scene.store.repositories()) == (predicted["actions"], [], [])


def test_where_the_registry_cannot_be_asked_nothing_is_guessed(target: Callable[..., Target]) -> None:
    scene = target(("platform",), index_listing="child")
    result = succeed(run, scene.options(registry_url="http://127.0.0.1:1", registry_connect_to=None))
    assert all("digests of tags are not known" in one for key, one in reasons(result).items() if "/" in key)
    assert set(scene.names) <= {*scene.store.repositories()} and not result["changed"]


def test_an_immutable_tag_is_named_and_the_rest_goes(target: Callable[..., Target]) -> None:
    scene = target()
    rule = {"RepositoryPattern": "base", "TagPattern": "12", "RepositoryDecoration": "repoMatches"}
    body = {**rule, "TagDecoration": "matches", "Disabled": False, "NsName": "library"}
    scene.tcr.create_immutable_rule(scene.registry.id, "library", body)
    result = fail(run, scene.options())
    assert "library/base:12" in result["msg"] and "immutable" in result["msg"]
    (refused,) = [one for one in result["kept"] if one["failed"]]
    assert (refused["object"], refused["key"]) == ("image tag", "library/base:12")
    assert scene.store.repositories() == ["library/base"] and list(scene.store.tags("library/base")) == ["12"]
    assert {"action": "delete", "object": "image tag", "key": "library/base:12-python"} in result["actions"]


def test_what_is_pushed_while_a_repository_is_removed_stays(
    target: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = target()
    delete = repository_changes._delete_tags

    def late(call: Any, registry: Any, repository: str, *rest: Any) -> None:
        delete(call, registry, repository, *rest)
        if repository == "library/base":
            scene.push(repository, "late")

    monkeypatch.setattr(repository_changes, "_delete_tags", late)
    result = succeed(run, scene.options())
    assert list(scene.store.tags("library/base")) == ["late"]
    assert "somebody has pushed the tags late meanwhile" in reasons(result)["library/base"]


def test_a_repository_of_another_namespace_is_not_touched_and_one_that_is_gone_is_no_mistake(
    target: Callable[..., Target],
) -> None:
    scene = target()
    scene.push("shop/web", "1")
    options = scene.options(namespaces=["library", "gone"])
    options["repositories"].append({"name": "gone/web", "contents": {"1": "sha256:1"}})
    assert succeed(run, options)["kept"] == []
    assert scene.store.repositories() == ["shop/web"]
