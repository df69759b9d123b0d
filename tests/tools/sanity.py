# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-test sanity`` on a copy of what is shipped: every test that no other gate does, nothing ignored.

What is not shipped, above all the tests, is left to ruff and mypy, which are stricter and take a third of the time. Code is
compiled for every Python found, but imported with the oldest and the newest only: what both can import, those between can.

First a file with a syntax error is planted to see that ansible-test finds it: run from the wrong place, it tests
nothing and passes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.tools.environments import CACHE, DEVELOPMENT, ROOT, SetupFailed, clean_environment
from tests.tools.matrix import find_pythons, module_pythons
from tests.tools.mirror import make_mirror

HOME = CACHE / "ansible-test"
# What ansible-test reads of tests/.
SETTINGS = ("tests/config.yml", "tests/sanity/")
LEFT_OUT = {
    "action-plugin-docs": "it cannot know that an action plugin serves all modules; tests/unit/meta/test_action_plugins.py does",
    "changelog": "the gate antsibull-changelog runs the same program",
    "pep8": "the gates ruff check and ruff format know all its rules",
    "import": "runs apart, on two Pythons",
}

# ansible-test starts its virtual environments with a script that it downloads. It takes this one instead, which does
# the same with the pip that comes with Python. In a process of its own, because ensurepip switches pip's settings off.
BOOTSTRAP = """\
import subprocess, sys
subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
arguments = [item for item in sys.argv[1:] if item not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", *arguments]).returncode)
"""


def prepare_home() -> None:
    """Fill the private home directory: the bootstrap script, and the settings of pip, which would get lost."""
    package = find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        raise SetupFailed("ansible-test is not installed")
    source = Path(next(iter(package.submodule_search_locations))) / "_internal/python_requirements.py"
    versions = set(re.findall(r"\bpip='([0-9.]+)'", source.read_text()))
    if not versions:
        raise SetupFailed("cannot tell which bootstrap script this ansible-test wants")
    for version in versions:
        script = HOME / f".ansible/test/cache/get_pip_{version.replace('.', '_')}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(BOOTSTRAP)
    settings = HOME / ".config/pip/pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {value}\n" for name, value in sorted({**pip_settings(), "quiet": "1"}.items())]
    settings.write_text("".join(["[global]\n", *lines]))


def pip_settings() -> dict[str, str]:
    """The settings of pip as it runs here, from its files and from variables: name -> value."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = {}
    for line in listed.splitlines():
        match = re.fullmatch(r"(?:global|site|user|install|:env:)\.([a-z-]+)='(.*)'", line)
        if match:
            settings[match[1]] = match[2]
    return settings


def link_pythons() -> Path:
    """A directory with links to the working Pythons, so that no shim of a version manager comes first."""
    directory = HOME / "bin"
    directory.mkdir(parents=True, exist_ok=True)
    for link in directory.iterdir():
        link.unlink()
    for version, path in find_pythons().items():
        (directory / f"python{version}").symlink_to(path)
    return directory


def environment() -> dict[str, str]:
    """Variables for ansible-test: private home, the working Pythons first on PATH, no shims."""
    path = [str(DEVELOPMENT / "bin"), str(link_pythons())]
    path += [item for item in os.environ.get("PATH", os.defpath).split(os.pathsep) if not item.endswith("/shims")]
    return {**clean_environment(), "HOME": str(HOME), "PATH": os.pathsep.join(path), "LC_ALL": "C.UTF-8"}


def ansible_test(mirror: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``ansible-test sanity`` in ``mirror`` and return its status and output."""
    return subprocess.run(
        ["ansible-test", "sanity", "--color", "no", *arguments],
        cwd=mirror,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def is_checked(name: str) -> bool:
    """Whether ansible-test sees a file of the checkout."""
    return not name.startswith("tests/") or name.startswith(SETTINGS)


def check(mirror: Path) -> int:
    """Run the sanity tests in ``mirror`` and print what they print. Returns the first exit status that is not 0, or 0."""
    pythons = module_pythons(find_pythons())
    runs = [[argument for test in LEFT_OUT for argument in ("--skip-test", test)]]
    runs += [["--test", "import", "--python", python] for python in dict.fromkeys((pythons[0], pythons[-1]))]
    status = 0
    for arguments in runs:
        done = ansible_test(mirror, *arguments)
        print(done.stdout, flush=True)
        status = status or done.returncode
    return status


def main() -> int:
    """Run the gate. Returns the exit status."""
    ignored = sorted((ROOT / "tests/sanity").glob("ignore*.txt"))
    if any(file.read_text().strip() for file in ignored):
        print("sanity: tests/sanity/ignore*.txt has entries. Mend the code and remove them; nothing is ignored here.")
        return 1
    with tempfile.TemporaryDirectory(prefix="sanity-") as directory:
        try:
            prepare_home()
            mirror = make_mirror(Path(directory), is_checked)
        except SetupFailed as error:
            print(f"sanity: {error}")
            return 1
        planted = mirror / "plugins/module_utils/_planted.py"
        planted.write_text("def broken(:\n")
        canary = ansible_test(mirror, "--test", "compile", "--python", f"3.{sys.version_info.minor}")
        planted.unlink()
        if canary.returncode == 0 or planted.name not in canary.stdout:
            print(f"sanity: ansible-test did not find a planted syntax error:\n{canary.stdout}")
            return 1
        return check(mirror)


if __name__ == "__main__":
    sys.exit(main())
