# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harborapi, an independent client from PyPI, against every 2.x flavour: what the sandbox says must parse and work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harborapi import HarborAsyncClient
from harborapi.exceptions import Conflict, NotFound, PreconditionFailed, Unauthorized
from harborapi.models import (
    Access,
    ProjectReq,
    Registry,
    RegistryCredential,
    RegistryPing,
    RegistryUpdate,
    ReplicationFilter,
    ReplicationPolicy,
    ReplicationTrigger,
    RobotCreate,
    RobotPermission,
    UserCreationReq,
)

from tests.contract.target import PASSWORD, USERNAME, Target
from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import put_image, running_harbor, running_target

pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute:DeprecationWarning")

_VERSIONS = ("2.0", "2.9", "2.15")
_WAITING = 10.0

Run = Callable[[Callable[[HarborAsyncClient], Awaitable[Any]]], Any]


@pytest.fixture(params=_VERSIONS)
def harbor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HarborServer]:
    """A Harbor with one image under a nested name."""
    with running_harbor(request.param, tmp_path) as server:
        server.state.add_project("shop", {"public": "false"}, server.state.users[1])
        put_image(server.store, "shop/team/api", "v1", "latest")
        yield server


@pytest.fixture
def target() -> Iterator[Target]:
    """A target with the namespace `shop`."""
    with running_target("shop") as server:
        yield server


@pytest.fixture
def run(harbor: HarborServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a coroutine function with a client."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def go(work: Callable[[HarborAsyncClient], Awaitable[Any]]) -> Any:
        url = f"{harbor.url}{harbor.flavour.base}"
        client = HarborAsyncClient(url=url, username=harbor.username, secret=harbor.password)

        async def main() -> Any:
            return await work(client)

        return asyncio.run(main())

    return go


def _number(location: str) -> int:
    return int(location.rsplit("/", 1)[1])


def _registry(url: str, name: str = "target") -> Registry:
    credential = RegistryCredential(type="basic", access_key=USERNAME, access_secret=PASSWORD)
    return Registry(name=name, type="docker-registry", url=url, insecure=True, credential=credential)


def test_system(harbor: HarborServer, run: Run) -> None:
    async def work(client: HarborAsyncClient) -> None:
        assert (await client.get_system_info()).harbor_version == harbor.flavour.version
        assert (await client.health_check()).status == "healthy"
        assert (await client.get_current_user()).username == "admin"
        assert "docker-registry" in await client.get_registry_adapters()

    run(work)


def test_inventory(harbor: HarborServer, run: Run) -> None:
    async def work(client: HarborAsyncClient) -> None:
        assert [project.name for project in await client.get_projects()] == ["library", "shop"]
        repositories = await client.get_repositories("shop")
        assert [repository.name for repository in repositories] == ["shop/team/api"]
        artifact = (await client.get_artifacts("shop", "team/api"))[0]
        assert artifact.digest == harbor.store.tags("shop/team/api")["v1"]
        assert {tag.name for tag in artifact.tags or []} == {"v1", "latest"}
        assert artifact.size == harbor.store.size("shop/team/api", "v1")
        tags = await client.get_artifact_tags("shop", "team/api", "v1")
        assert {tag.name for tag in tags} == {"v1", "latest"}
        if harbor.flavour.project_artifacts:
            assert [item.digest for item in await client.get_project_artifacts("shop")] == [artifact.digest]

    run(work)


def test_projects_users_and_members(harbor: HarborServer, run: Run) -> None:
    async def work(client: HarborAsyncClient) -> None:
        project = _number(await client.create_project(ProjectReq(project_name="tools")))
        assert await client.project_exists("tools")
        assert not await client.project_exists("missing")
        with pytest.raises(Conflict):
            await client.create_project(ProjectReq(project_name="tools"))
        user = UserCreationReq(username="joe", password="Harbor12345", email="joe@example.com", realname="Joe")
        number = _number(await client.create_user(user))
        member = _number(await client.add_project_member_user(project, number, 2))
        await client.update_project_member_role(project, member, 1)
        members = await client.get_project_members(project)
        assert {item.entity_name: item.role_name for item in members}["joe"] == "projectAdmin"
        await client.set_user_admin(number, True)
        assert (await client.get_user(number)).sysadmin_flag
        await client.delete_project(project)
        with pytest.raises(NotFound):
            await client.get_project(project)

    run(work)


def test_endpoints(harbor: HarborServer, run: Run, target: Target) -> None:
    async def work(client: HarborAsyncClient) -> None:
        number = _number(await client.create_registry(_registry(target.url)))
        with pytest.raises(Conflict):
            await client.create_registry(_registry(target.url))
        await client.check_registry_status(RegistryPing(id=number))
        await client.update_registry(number, RegistryUpdate(description="changed"))
        found = await client.get_registry(number)
        assert (found.description, found.url) == ("changed", target.url)
        assert found.credential is not None
        assert found.credential.access_secret == "*****"
        assert "manual" in ((await client.get_registry_info(number)).supported_triggers or [])
        assert [item.name for item in await client.get_registries()] == ["target"]
        await client.delete_registry(number)

    run(work)


def test_replication(harbor: HarborServer, run: Run, target: Target) -> None:
    async def work(client: HarborAsyncClient) -> None:
        endpoint = _number(await client.create_registry(_registry(target.url)))
        policy = ReplicationPolicy(
            name="all",
            dest_registry=Registry(id=endpoint),
            filters=[ReplicationFilter(type="name", value="shop/**")],
            trigger=ReplicationTrigger(type="manual"),
            override=True,
            enabled=True,
        )
        number = _number(await client.create_replication_policy(policy))
        found = await client.get_replication_policy(number)
        assert found.dest_registry is not None
        assert (found.name, found.dest_registry.id, found.enabled) == ("all", endpoint, True)
        with pytest.raises(PreconditionFailed):
            await client.delete_registry(endpoint)
        execution = _number(await client.start_replication(number))
        for _attempt in range(int(_WAITING / 0.05)):
            seen = await client.get_replication(execution)
            if seen.status != "InProgress":
                break
            await asyncio.sleep(0.05)
        assert (seen.status, seen.total, seen.succeed) == ("Succeed", 1, 1)
        tasks = await client.get_replication_tasks(execution)
        assert [task.src_resource for task in tasks] == ["shop/team/api [2 item(s) in total]"]
        assert "copying shop/team/api" in await client.get_replication_task_log(execution, tasks[0].id or 0)
        assert [item.id for item in await client.get_replications(policy_id=number)] == [execution]
        await client.update_replication_policy(number, policy.model_copy(update={"enabled": False}))
        assert not (await client.get_replication_policy(number)).enabled
        await client.delete_replication_policy(number)
        assert await client.get_replication_policies() == []

    run(work)
    assert target.store.tags("shop/team/api") == harbor.store.tags("shop/team/api")


def test_robots(harbor: HarborServer, run: Run) -> None:
    async def refused(client: HarborAsyncClient) -> None:
        with pytest.raises(NotFound):
            await client.get_robots()

    async def work(client: HarborAsyncClient) -> None:
        access = [Access(resource="registry", action="list")]
        permission = RobotPermission(kind="system", namespace="/", access=access)
        wanted = RobotCreate(name="mover", level="system", duration=7, disable=False, permissions=[permission])
        made = await client.create_robot(wanted)
        assert (made.name, bool(made.secret)) == ("robot$mover", True)
        assert [robot.name for robot in await client.get_robots()] == ["robot$mover"]
        assert (await client.get_robot(made.id or 0)).secret is None
        await client.delete_robot(made.id or 0)

    run(refused if harbor.flavour.robots == "project" else work)


def test_a_wrong_password_is_seen(harbor: HarborServer, run: Run) -> None:
    async def work(client: HarborAsyncClient) -> None:
        client.authenticate(username=harbor.username, secret="wrong", url=client.url)
        with pytest.raises(Unauthorized):
            await client.get_current_user()

    run(work)
