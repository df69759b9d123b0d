# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test shares: the collection made importable from a checkout, a sandbox, modules run in-process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.collection import register_collection

register_collection()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the tests of a file that share a fixture run in one worker; all others go to whichever worker is free.

    xdist reads the groups before any other hook sees the whole collection.
    """
    fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    if any(one.scope in ("module", "class", "package") for found in fixtures.values() for one in found):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Each plan and report that a test has written into its directory matches the schema that is published for it."""
    directory = getattr(item, "funcargs", {}).get("tmp_path")
    if directory is not None:
        from tests.support.schemas import problems_of_documents

        assert problems_of_documents(directory) == []


@pytest.fixture(scope="session", autouse=True)
def no_metadata_service() -> Iterator[None]:
    """Let no test ask a real metadata service for the role of the machine, nor wait for one: here nothing listens."""

    from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent import sts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sts, "METADATA_URL", "http://127.0.0.1:9/")
        yield


@pytest.fixture(autouse=True)
def documents_match_their_schemas(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each plan and report that a test writes into its directory is one by the schema that is published for it."""
    directory = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if directory:
        from tests.support.schemas import problems_of_documents

        assert problems_of_documents(directory) == []


@pytest.fixture
def make_sandbox(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start sandboxes with chosen settings: ``make_sandbox(harbor_version="2.15", seed="none", network="private")``.

    Each gets a directory of its own; all are closed when the test ends, the newest first.
    """
    from contextlib import ExitStack

    from tests.sandbox import Sandbox

    with ExitStack() as stack:
        started = 0

        def start(**settings: Any) -> Any:
            nonlocal started
            started += 1
            directory = tmp_path / f"sandbox-{started}"
            directory.mkdir()
            return stack.enter_context(Sandbox(directory, **settings))

        yield start


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Any]) -> Any:
    """A fresh sandbox with the demonstration images, for one test."""
    return make_sandbox(seed="demo")


@pytest.fixture
def empty_sandbox(make_sandbox: Callable[..., Any]) -> Any:
    """A fresh sandbox without projects and images, for one test: starts faster."""
    return make_sandbox(seed="none")


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One sandbox with the demonstration images for all tests of a file; they must not depend on their order."""
    from tests.sandbox import Sandbox

    with Sandbox(tmp_path_factory.mktemp("sandbox"), seed="demo") as sandbox:
        yield sandbox


@pytest.fixture
def run_module() -> Callable[..., dict[str, Any]]:
    """Run a module's ``main()`` in this process: ``run_module(name, parameters, check=False, diff=True)``."""
    from tests.support.modules import run_module

    return run_module


@pytest.fixture(scope="session")
def skopeo() -> str:
    """Path of skopeo. Where it is missing the test is skipped, but in CI it fails."""
    executable = shutil.which("skopeo")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("skopeo is missing, and CI must have it. Install the Debian package skopeo.")
        pytest.skip("skopeo is not installed (Debian package skopeo)")
    return executable


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium. Where it is missing no page is opened: the test is skipped, but in CI it fails."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        executable = shutil.which(name)
        if executable is not None:
            return executable
    if os.environ.get("CI"):
        pytest.fail("Chromium is missing, and CI must have it. Install the Debian package chromium-headless-shell.")
    pytest.skip(
        "the page of a report was not opened: Chromium is not installed (Debian package chromium-headless-shell)"
    )
