# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts that were moved, in the eyes of the real Helm: the same bytes, and signatures that hold.

``make helm`` installs Helm and runs this file; where ``helm`` is on PATH, ``make test`` runs it as well.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.modules.migration_scene import Scene
from tests.sandbox.core.helm_charts import chart_archive
from tests.support.modules import run_module
from tests.support.steps import succeed

CHART = "apiVersion: v2\nname: signed\nversion: 1.0.0+build.5\nappVersion: 1.10\ndescription: a < b & c\n"
KEY = "operator@example.com"


class Helm:
    """The program, with a home directory of its own."""

    def __init__(self, home: Path) -> None:
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "GNUPGHOME": str(home / "gnupg")}
        (home / "gnupg").mkdir(0o700)

    def run(self, program: str, *arguments: object, text: str | None = None) -> str:
        command = [program, *map(str, arguments)]
        done = subprocess.run(command, env=self._environment, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@pytest.fixture
def helm(tmp_path: Path) -> Helm:
    assert shutil.which("helm"), "helm is not on PATH; make helm installs it"
    assert shutil.which("gpg"), "gpg is not on PATH (Debian package gnupg)"
    return Helm(tmp_path)


def signed_chart(helm: Helm, directory: Path) -> tuple[Path, Path]:
    """A chart packaged and signed by Helm, and the keyring that verifies it."""
    chart = directory / "signed"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text(CHART)
    (chart / "values.yaml").write_text("replicas: 1\n")
    helm.run("gpg", "--batch", "--passphrase", "", "--quick-generate-key", KEY, "rsa2048", "sign", "never")
    secret, public = directory / "secret.gpg", directory / "public.gpg"
    helm.run("gpg", "--batch", "--output", secret, "--export-secret-keys", KEY)
    helm.run("gpg", "--batch", "--output", public, "--export", KEY)
    helm.run("helm", "package", chart, "--sign", "--key", KEY, "--keyring", secret, "-d", directory)
    return directory / "signed-1.0.0+build.5.tgz", public


def test_helm_pulls_and_verifies_what_was_moved(helm: Helm, make_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    archive, keyring = signed_chart(helm, tmp_path)
    sandbox = make_sandbox(harbor_version="2.0", seed="none", network="public", harbor_charts={"library": {}})
    plain = chart_archive("plain", "0.1.0")
    sandbox.harbor.state.charts.put("library", archive.read_bytes(), Path(f"{archive}.prov").read_bytes())
    sandbox.harbor.state.charts.put("library", plain)
    scene = Scene(sandbox, ("library",))
    moved = succeed(lambda options, check: run_module("harbor_chart_migration", options, check=check), scene.verify())
    assert moved["totals"]["equal"] == 2

    registry = f"{sandbox.facts['public_address']}:{sandbox.facts['registry_port']}"
    credential = scene.target.tcr.create_token(scene.target.registry_id, long_term=False)
    login = ("--username", credential["Username"], "--password-stdin", "--plain-http")
    helm.run("helm", "registry", "login", registry, *login, text=credential["Token"])
    pulled = tmp_path / "pulled"
    pulled.mkdir()
    address, options = f"oci://{registry}/library", ("--plain-http", "-d", pulled)
    helm.run("helm", "pull", f"{address}/plain", "--version", "0.1.0", *options)
    helm.run("helm", "pull", f"{address}/signed", "--version", "1.0.0+build.5", "--prov", *options)
    assert (pulled / "plain-0.1.0.tgz").read_bytes() == plain
    assert (pulled / archive.name).read_bytes() == archive.read_bytes()
    assert "Chart Hash Verified" in helm.run("helm", "verify", pulled / archive.name, "--keyring", keyring)


def test_a_push_by_helm_is_what_the_module_makes(helm: Helm, make_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    """The same configuration and layers; the manifest differs by the time in it."""
    archive, _keyring = signed_chart(helm, tmp_path)
    sandbox = make_sandbox(harbor_version="2.0", seed="none", network="public", harbor_charts={"library": {}})
    sandbox.harbor.state.charts.put("library", archive.read_bytes(), Path(f"{archive}.prov").read_bytes())
    scene = Scene(sandbox, ("library",))
    registry = f"{sandbox.facts['public_address']}:{sandbox.facts['registry_port']}"
    credential = scene.target.tcr.create_token(scene.target.registry_id, long_term=False)
    login = ("--username", credential["Username"], "--password-stdin", "--plain-http")
    helm.run("helm", "registry", "login", registry, *login, text=credential["Token"])
    helm.run("helm", "push", archive, f"oci://{registry}/library", "--plain-http")
    store = sandbox.tcr.registry.store
    by_helm = store.manifest("library/signed", "1.0.0_build.5").content

    found = run_module("harbor_chart_migration", scene.verify(), check=True)
    assert found["equal"] and not found["changed"]
    succeed(
        lambda options, check: run_module("harbor_chart_migration", options, check=check),
        scene.verify(chart_prefix="again/"),
    )
    by_module = store.manifest("library/again/signed", "1.0.0_build.5").content
    assert without_time(by_module) == without_time(by_helm)


def without_time(manifest: bytes) -> str:
    return re.sub(r'"org.opencontainers.image.created":"[^"]+"', "", manifest.decode())
