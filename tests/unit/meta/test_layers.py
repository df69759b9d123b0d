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
        ("plugins/module_utils/_errors.py", "from ._http.client import Http"),
        ("plugins/module_utils/_http/client.py", "from .._engine.wait import wait"),
        ("plugins/module_utils/_http/client.py", "from .. import _engine"),
        ("plugins/module_utils/_http/client.py", "import ansible.module_utils.basic"),
        ("plugins/module_utils/_http/client.py", f"from {OURS}._http import attempt"),
        ("plugins/module_utils/_engine/engine.py", "def late():\n    from .._http import client"),
        ("plugins/module_utils/_engine/engine.py", "import requests"),
        ("plugins/module_utils/_engine/engine.py", "from .._engine_other import name"),
        ("plugins/module_utils/_tcr/rules/tags.py", "from ..api.client import TcrClient"),
        ("plugins/module_utils/_tcr/api/client.py", "from ..rules.tags import kept"),
        ("plugins/module_utils/_tcr/api/client.py", "from ..resources.namespace import TcrNamespaces"),
        ("plugins/module_utils/_tcr/resources/namespace.py", "from ..._harbor.rules.patterns import Glob"),
        ("plugins/module_utils/_harbor/system.py", "from .._tencent.client import TencentClient"),
        ("plugins/module_utils/_harbor/replication/watch.py", "from ..._migration.comparison.verification import V"),
        ("plugins/module_utils/_migration/target/listing.py", "from ..._module.run import run_resource"),
        ("plugins/module_utils/_migration/target/listing.py", "import requests"),
        ("plugins/module_utils/_module/run.py", "from ansible.plugins.action import ActionBase"),
        ("plugins/module_utils/_module/run.py", "from .clients.tcr import tcr_client"),
        ("plugins/module_utils/_module/call.py", "from .._host.commands import RunCommand"),
        ("plugins/module_utils/_module/options/common.py", "from ..._tcr.rules.names import namespace_problem"),
        ("plugins/module_utils/_module/options/tcr.py", "from ..._harbor.rules.patterns import Glob"),
        ("plugins/module_utils/_module/options/host.py", "from .harbor import HARBOR"),
        ("plugins/module_utils/_module/clients/harbor.py", "from ..._tcr.api.client import TcrClient"),
        ("plugins/module_utils/_module/clients/tcr.py", "from ..._oci.client import DistributionClient"),
        (
            "plugins/module_utils/_module/options/migration.py",
            "from ..._migration.comparison.verification import Verification",
        ),
        ("plugins/modules/tcr_namespace.py", "from ..module_utils._harbor.system import describe"),
        ("plugins/modules/harbor_project.py", "from ..module_utils._module.clients.tcr import tcr_client"),
        ("plugins/modules/host_deployment_info.py", "from ..module_utils._module.options.migration import SELECTION"),
        (
            "plugins/modules/tcr_namespace.py",
            "from ansible_collections.community.general.plugins.module_utils import x",
        ),
        ("plugins/plugin_utils/in_process.py", "from ..module_utils._module.run import run_info"),
        ("plugins/modules/tcr_namespace.py", "from ..plugin_utils import in_process"),
        ("plugins/lookup/other.py", "import os"),
        ("tests/sandbox/core/web.py", f"from {OURS}._tencent.signature import sign"),
        ("examples/demo/run.py", f"from {OURS}._migration.source.selection import name"),
    ],
)
def test_violation_is_seen(path: str, statement: str) -> None:
    assert violations(path, f"import os\n{statement}\n")


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        (
            "plugins/module_utils/_http/client.py",
            "import requests\nfrom requests.adapters import A\nfrom .._errors import E\nfrom .attempt import A",
        ),
        ("plugins/module_utils/_engine/engine.py", "from . import wait\nfrom .. import _errors"),
        ("plugins/module_utils/_tcr/resources/namespace.py", "from ..api.client import T\nfrom ..rules import names"),
        ("plugins/modules/tcr_namespace.py", "from ..module_utils._module.run import r"),
        ("plugins/action/run_module.py", "from ..plugin_utils.in_process import InProcessAction"),
        ("tests/unit/http/test_client.py", f"import pytest\nfrom {OURS}._http.client import Http"),
    ],
)
def test_allowed_import_passes(path: str, statement: str) -> None:
    assert violations(path, f"{statement}\n") == []
