# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The import rule of the layers holds in every file, and the reader of imports sees violations."""

from __future__ import annotations

import pytest

from tests.tools.environments import ROOT
from tests.tools.layers import COLLECTION, violations
from tests.tools.mirror import checkout_files

OURS = f"{COLLECTION}.plugins.module_utils"


def test_every_file_imports_only_what_its_layer_may() -> None:
    complaints: list[str] = []
    read = 0
    for name in checkout_files():
        if not name.endswith(".py"):
            continue
        source = (ROOT / name).read_text()
        read += 1
        complaints += violations(name, source)
    assert read
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("plugins/module_utils/_errors.py", f"from {OURS}._api.http import Http"),
        ("plugins/module_utils/_api/http.py", f"from {OURS}._core.wait import wait"),
        ("plugins/module_utils/_api/http.py", f"from {OURS} import _core"),
        ("plugins/module_utils/_api/http.py", "from .._core import wait"),
        ("plugins/module_utils/_api/http.py", "import ansible.module_utils.basic"),
        ("plugins/module_utils/_core/engine.py", f"def late():\n    import {OURS}._api.http"),
        ("plugins/module_utils/_core/engine.py", "import requests"),
        ("plugins/module_utils/_core/engine.py", f"from {OURS}._core_other import name"),
        ("plugins/module_utils/_resources/tcr.py", f"from {OURS}._module.run import run_resource"),
        ("plugins/module_utils/_resources/tcr.py", "import requests"),
        ("plugins/module_utils/_module/run.py", f"from {OURS}._resources.tcr import Namespace"),
        ("plugins/module_utils/_module/run.py", "from ansible.plugins.action import ActionBase"),
        ("plugins/modules/tcr_namespace.py", f"from {OURS}._api.tcr import Tcr"),
        (
            "plugins/modules/tcr_namespace.py",
            "from ansible_collections.community.general.plugins.module_utils import x",
        ),
        ("plugins/action/progress.py", f"from {OURS}._api.tcr import Tcr"),
        ("plugins/lookup/other.py", "import os"),
        ("tests/sandbox/web.py", f"from {OURS}._api.tc3 import sign"),
        ("examples/demo/run.py", f"from {OURS}._core.naming import name"),
    ],
)
def test_violation_is_seen(path: str, statement: str) -> None:
    assert violations(path, f"import os\n{statement}\n")


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        (
            "plugins/module_utils/_api/http.py",
            f"import requests\nfrom requests.adapters import A\nfrom {OURS}._errors import E",
        ),
        ("plugins/module_utils/_core/engine.py", f"from {OURS}._core import wait\nfrom {OURS} import _errors"),
        ("plugins/module_utils/_resources/tcr.py", f"from {OURS}._api.tcr import T\nfrom {OURS}._core.fields import F"),
        ("plugins/modules/tcr_namespace.py", f"from {OURS}._module.run import r\nfrom {OURS}._resources.tcr import N"),
        ("tests/unit/api/test_http.py", f"import pytest\nfrom {OURS}._api.http import Http"),
    ],
)
def test_allowed_import_passes(path: str, statement: str) -> None:
    assert violations(path, f"{statement}\n") == []
