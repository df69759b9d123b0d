# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: migrate a Harbor of the sandbox twice, and look at the outcome with a program that nobody here wrote.

It stands here and not beside its inventory in ``examples/demo``, because Ansible reads every file of an inventory.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.sandbox.harbor.api.flavours import flavour_of
from tests.sandbox.harbor.demonstration import charts_for
from tests.support.playbooks import parse_recap
from tests.tools.environments import COLLECTIONS, ROOT, clean_environment

DIRECTORY = ROOT / "build/demo"
INVENTORY = ROOT / "examples/demo"
START_SECONDS = 60.0


class DemoFailed(Exception):
    """The demonstration did not show what it should; the message says what."""


@contextmanager
def sandbox(network: str, harbor: str) -> Iterator[dict[str, Any]]:
    """A sandbox as a process of its own while the block runs; yields what it tells about itself.

    :raises DemoFailed: it does not come up.
    """
    directory = DIRECTORY / "sandbox"
    try:
        charts = charts_for(flavour_of(harbor))
    except ValueError as problem:
        raise DemoFailed(str(problem)) from None
    arguments = ["--directory", str(directory), "--network", network, "--harbor", harbor]
    arguments += ["--set", f"harbor_charts={json.dumps(charts)}"]
    with open(DIRECTORY / "sandbox.log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox", *arguments],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _facts_of(process, directory / "sandbox.json")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _facts_of(process: subprocess.Popen[bytes], file: Path) -> dict[str, Any]:
    end = time.monotonic() + START_SECONDS
    while not file.is_file():
        if process.poll() is not None or time.monotonic() > end:
            raise DemoFailed(f"the sandbox did not come up:\n{(DIRECTORY / 'sandbox.log').read_text()}")
        time.sleep(0.1)
    facts: dict[str, Any] = json.loads(file.read_text())
    return facts


def play(playbook: str, network: str) -> dict[str, dict[str, int]]:
    """Run a playbook as README.md tells to, showing its output; returns the recap.

    :raises DemoFailed: it ends with an error.
    """
    command = [f"playbooks/{playbook}.yml", "-i", str(INVENTORY.relative_to(ROOT))]
    print(f"\n$ ansible-playbook {' '.join(command)}", flush=True)
    process = subprocess.Popen(
        [Path(sys.executable).parent / "ansible-playbook", *command, "-e", f"migration_credential_file={credential()}"],
        cwd=ROOT,
        env={
            **clean_environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "NETWORK": network,
            "SANDBOX_DIRECTORY": str(DIRECTORY / "sandbox"),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait():
        raise DemoFailed(f"ansible-playbook ended with status {process.returncode}")
    return parse_recap("".join(lines))


def credential() -> Path:
    """Where the migration leaves the credential, because skopeo needs one."""
    return DIRECTORY / "credential.json"


def look_with_skopeo(facts: dict[str, Any], network: str) -> str:
    """Read a multi-arch image of the target with skopeo and compare its digest with the report; returns what was seen.

    :raises DemoFailed: skopeo finds another digest, or is missing in CI.
    """
    skopeo = shutil.which("skopeo")
    if skopeo is None:
        if os.environ.get("CI"):
            raise DemoFailed("skopeo is missing, and CI must have it (Debian package skopeo)")
        return "skopeo: not installed (Debian package skopeo), so it did not look at the target"
    report = json.loads((DIRECTORY / "output/demo-report.json").read_text())
    tags = [(one["target"], tag) for one in report["comparison"]["repositories"] for tag in one["tags"]]
    repository, tag = max(tags, key=lambda one: (len(one[0].split("/")), one[1]["tag"]))
    address = _private_address(facts) if network == "private" else facts["public_address"]
    registry = f"{address}:{facts['registry_port']}"
    known = json.loads(credential().read_text())
    secret = base64.b64encode(f"{known['username']}:{known['secret']}".encode()).decode()
    login = DIRECTORY / "skopeo.json"
    login.touch(0o600)
    login.write_text(json.dumps({"auths": {registry: {"auth": secret}}}))
    image = f"docker://{registry}/{repository}:{tag['tag']}"
    command = [skopeo, "--insecure-policy", "inspect", "--raw", "--tls-verify=false", "--authfile", str(login), image]
    done = subprocess.run(command, env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    login.unlink()
    if done.returncode:
        raise DemoFailed(f"skopeo could not read {image}: {done.stderr.decode()}")
    digest = f"sha256:{hashlib.sha256(done.stdout).hexdigest()}"
    if digest != tag["digest"]:
        raise DemoFailed(f"skopeo finds {digest} for {image}, the report says {tag['digest']}")
    return f"skopeo: {repository}:{tag['tag']} is {digest} at the target, as the report says"


def _private_address(facts: dict[str, Any]) -> str:
    """The address of the private link, as the migration wrote it into the hosts file."""
    lines = Path(facts["hosts_file"]).read_text().splitlines()
    return next(line.split()[0] for line in lines if line.endswith(facts["public_domain"]))


def demonstrate(network: str, harbor: str) -> list[str]:
    """Migrate twice; returns what was shown.

    :raises DemoFailed: something else happened.
    """
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    try:
        with sandbox(network, harbor) as facts:
            first = play("migrate", network)
            seen = look_with_skopeo(facts, network)
            second = play("migrate", network)
    finally:
        credential().unlink(missing_ok=True)
    changed = sum(numbers["changed"] for numbers in second.values())
    if changed:
        raise DemoFailed(f"the second run changed {changed} things, expected none")
    return [
        seen,
        f"first run: changed={sum(numbers['changed'] for numbers in first.values())}",
        f"second run: changed={changed}",
        f"report: {(DIRECTORY / 'output/demo-report.md').relative_to(ROOT)}",
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the demonstration. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.demo", description=__doc__)
    parser.add_argument("--network", choices=["public", "private"], default="public")
    parser.add_argument("--harbor", default="2.15", metavar="VERSION")
    options = parser.parse_args(arguments)
    try:
        shown = demonstrate(options.network, options.harbor)
    except DemoFailed as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    print("\n".join(["", *(f"demo: {line}" for line in shown)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
