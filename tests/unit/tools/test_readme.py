# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate that runs the commands of README.md finds them, and says what a failed one printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.environments import ROOT
from tests.tools.readme import SECTION, ReadmeWrong, run, shell_blocks

TEXT = """\
## First

```shell
one
```

## Second

```shell
two
three
```

```yaml
four: 4
```

```shell
five
```
"""


def test_only_shell_blocks_of_the_section_are_run() -> None:
    assert shell_blocks(TEXT, "First") == ["one\n"]
    assert shell_blocks(TEXT, "Second") == ["two\nthree\n", "five\n"]


def test_the_readme_installs_and_then_migrates() -> None:
    install, migrate = shell_blocks((ROOT / "README.md").read_text(), SECTION)
    assert "ansible-galaxy collection install" in install
    assert [line.split()[1] for line in migrate.splitlines()] == [
        "plan.yml",
        "migrate.yml",
        "verify.yml",
        "cleanup.yml",
    ]


def test_the_first_command_that_fails_ends_the_script_and_is_shown(tmp_path: Path) -> None:
    with pytest.raises(ReadmeWrong, match="status 1(?s:.*)about to fail") as failure:
        run("echo about to fail\nfalse\necho too far", tmp_path, tmp_path, tmp_path)
    assert "echo too far" not in str(failure.value)


def test_the_script_sees_an_empty_home_and_no_tool_of_the_checkout(tmp_path: Path) -> None:
    assert run('echo "home $HOME"', tmp_path, tmp_path, tmp_path).endswith(f"home {tmp_path}\n")
    assert str(ROOT / ".venv") not in run('echo "$PATH"', tmp_path, tmp_path, tmp_path)
