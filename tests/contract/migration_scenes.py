# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenes of the modules that meet a TCR registry itself, and not only its API: through Harbor, or on their own."""

from __future__ import annotations

from functools import partial

from tests.contract.tcr_scenes import SCENES, Options, scene
from tests.modules import harbor_connection
from tests.modules.migration_scene import Scene
from tests.sandbox import Sandbox
from tests.sandbox.core.content import ContentStore
from tests.sandbox.core.images import multi_platform, put_artifact
from tests.support.modules import run_module
from tests.support.steps import fail, succeed
from tests.unit.sandbox.harbor_support import put_image

__all__ = ["SCENES"]

HARBOR = "2.15"


def _source(box: Sandbox, options: Options) -> None:
    assert box.harbor is not None
    _put(box.harbor.store)


def _put(store: ContentStore) -> None:
    put_image(store, "library/app", "1", "2")
    put_artifact(store, "library/many", multi_platform("many"), "1")


@scene(harbor=HARBOR)
def harbor_target_info(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "harbor_target_info")
    target = harbor_connection.target(box)
    asked = harbor_connection.connection(box, url=target.url)
    assert succeed(run, asked)["target"]["ok"]
    target.close_whitelist()
    nobody = succeed(run, asked)["target"]
    assert nobody["ok"] == (box.settings.empty_whitelist == "allow")
    target.tcr.create_security_policies(target.registry_id, [("203.0.113.1", "another host")])
    refused = succeed(run, asked)["target"]
    assert not refused["ok"]
    assert target.url in refused["reason"]


@scene(_source, harbor=HARBOR)
def harbor_replication_execution(box: Sandbox, options: Options) -> None:
    execution = Scene(box, ["library"]).execution(settle_seconds=0)
    done = succeed(partial(run_module, "harbor_replication_execution"), execution)
    assert done["execution"]["status"] == "Succeed"


@scene(_source, harbor=HARBOR)
def migration_verify(box: Sandbox, options: Options) -> None:
    run = partial(run_module, "migration_verify")
    stage = Scene(box, ["library"])
    assert not succeed(run, stage.verify(fail_unless_equal=False))["equal"]
    _put(box.tcr.registry.store)
    assert succeed(run, stage.verify())["equal"]
    put_image(box.tcr.registry.store, "library/app", "2", content=b"another")
    assert "library/app:2 different" in fail(run, stage.verify())["msg"]
    stage.target.close_whitelist()
    stage.target.tcr.create_security_policies(stage.target.registry_id, [("203.0.113.1", "another host")])
    box.settings.update(index_listing="absent")
    unknown = succeed(run, stage.verify(fail_unless_equal=False))
    assert unknown["totals"]["unknown"] == 1
