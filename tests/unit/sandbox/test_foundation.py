# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox itself: start and stop, settings, remote control, network, images, the process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.sandbox import Sandbox
from tests.sandbox.core.content import ContentStore
from tests.sandbox.core.images import demo_images, layer
from tests.sandbox.core.journal import is_write
from tests.sandbox.core.network import Network
from tests.sandbox.core.web import Application, on_demand, serve
from tests.sandbox.settings import Settings
from tests.sandbox.tcr.server import SUBNET, VPC
from tests.unit.sandbox.tcr_support import Api, wait

ROOT = Path(__file__).resolve().parents[3]


def test_start_and_stop_leave_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with Sandbox(tmp_path, harbor_version=None, link_entry=0, link_running=0, link_address=0) as box:
        api = Api(box)
        address = api.link(VPC, SUBNET)
        assert (tmp_path / "sandbox.json").exists()
        ports = [
            ("127.0.0.1", int(box.tcr.url.rpartition(":")[2])),
            ("127.0.10.1", box.tcr.port),
            (address, box.tcr.port),
        ]
        held = socket.create_connection(ports[0])
        for place in ports:
            socket.create_connection(place).close()
    held.settimeout(2)
    assert held.recv(1) == b""
    held.close()
    for place in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)
    assert set(threading.enumerate()) <= before
    assert not (tmp_path / "sandbox.json").exists()


def test_demo_fills_harbor(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as box:
        assert box.harbor is not None
        assert {name: box.harbor.store.tags(name) for name in box.harbor.store.repositories()} == box.images
        assert box.journal.entries == []
        assert set(json.loads((tmp_path / "sandbox.json").read_text())) >= {
            "harbor_url",
            "hosts_file",
            "compose_command",
        }


def test_bad_arguments(tmp_path: Path) -> None:
    for wrong in ({"seed": "x"}, {"network": "x"}, {"no_such_setting": 1}, {"empty_list": "x"}, {"link_entry": "soon"}):
        with pytest.raises(ValueError, match="x|no_such_setting|soon"):
            Sandbox(tmp_path, None, **wrong)  # type: ignore[arg-type]


def test_settings_are_parsed() -> None:
    settings = Settings()
    settings.update(
        link_entry="0.5", rate_limits="no", vpc_members="a,b", rate_limit_overrides='{"A": 1}', link_quota="3"
    )
    assert (settings.link_entry, settings.rate_limits, settings.vpc_members) == (0.5, False, ["a", "b"])
    assert (settings.rate_limit_overrides, settings.link_quota) == ({"A": 1}, 3)
    with pytest.raises(ValueError, match="does not exist"):
        settings.update(link_entry=1, unknown=2)
    assert settings.link_entry == 0.5


def test_remote_control(tmp_path: Path) -> None:
    with Sandbox(tmp_path, harbor_version=None) as box:
        url, api = box.facts["control_url"], Api(box)
        assert requests.get(f"{url}/facts", timeout=5).json() == box.facts
        api.call("CheckInstance")
        api.call("CreateNamespace", NamespaceName="shop", IsPublic=False)
        journal = requests.get(f"{url}/journal", timeout=5).json()
        assert [(entry["action"], entry["write"]) for entry in journal] == [
            ("CheckInstance", False),
            ("CreateNamespace", True),
        ]
        requests.post(f"{url}/journal/clear", timeout=5)
        assert box.journal.entries == []
        assert requests.post(f"{url}/settings", json={"page_zero": "error"}, timeout=5).ok
        assert box.settings.page_zero == "error"
        for path, body in (("settings", {"nothing": 1}), ("faults", {"kind": "x"}), ("faults", {}), ("settings", [])):
            answer = requests.post(f"{url}/{path}", json=body, timeout=5)
            assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
        requests.post(f"{url}/faults", json={"kind": "throttle", "match": "CheckInstance"}, timeout=5)
        assert api.refused("CheckInstance") == "RequestLimitExceeded"
        now = box.tcr.clock.now()
        assert requests.post(f"{url}/clock", json={"advance": 100}, timeout=5).json()["now"] >= now + 100


def test_network_roles() -> None:
    network = Network(lambda: ["127.0.20.1"])
    network.publish("Demo.Example", "127.0.10.1")
    network.serve_zone(lambda: {"demo.example": "127.0.30.1", "private.example": "127.0.30.1"})
    assert [network.resolve("demo.example", client) for client in ("public", "vpc", "harbor")] == [
        "127.0.10.1",
        "127.0.30.1",
        "127.0.30.1",
    ]
    network.recreate_containers({"demo.example": "127.0.30.9"})
    assert network.resolve("demo.example", "harbor") == "127.0.30.9"
    network.recreate_containers({})
    assert network.resolve("demo.example", "harbor") == "127.0.30.1"
    assert network.resolve("private.example", "public") is None
    assert network.resolve("127.0.0.9", "public") == "127.0.0.9"
    with pytest.raises(ValueError, match="client"):
        network.resolve("demo.example", "nobody")
    assert network.in_vpc("127.0.20.1")
    assert not network.in_vpc("127.0.0.1")
    network.guard("127.0.10.1", lambda source: source == "127.0.0.1")
    assert network.may_connect("127.0.0.1", "127.0.10.1")
    assert not network.may_connect("127.0.20.1", "127.0.10.1")
    assert network.may_connect("127.0.20.1", "127.0.50.1")


@pytest.mark.parametrize(
    ("service", "method", "path", "action", "write"),
    [
        ("tcr", "POST", "/", "DescribeImages", False),
        ("tcr", "POST", "/", "CheckInstance", False),
        ("tcr", "POST", "/", "ManageExternalEndpoint", True),
        ("harbor", "POST", "/api/v2.0/registries/ping", "", False),
        ("harbor", "POST", "/c/login", "", False),
        ("harbor", "POST", "/api/v2.0/registries", "", True),
        ("harbor", "GET", "/api/v2.0/registries", "", False),
        ("registry", "HEAD", "/v2/a/manifests/1", "", False),
        ("registry", "PATCH", "/v2/a/blobs/uploads/1", "", True),
    ],
)
def test_what_counts_as_a_write(service: str, method: str, path: str, action: str, write: bool) -> None:
    assert is_write(service, method, path, action) is write


def test_demo_images_are_deterministic() -> None:
    first = demo_images()
    layer.cache_clear()
    second = demo_images()
    digests = {name: {tag: item.digest for tag, item in tags.items()} for name, tags in first.items()}
    assert digests == {name: {tag: item.digest for tag, item in tags.items()} for name, tags in second.items()}
    assert len({name.partition("/")[0] for name in digests}) == 4
    assert any(len(tags) > 20 for tags in digests.values())
    layers = [blob for tags in first.values() for item in tags.values() for blob in item.blobs]
    assert len(set(layers)) < len(layers)


def test_a_fault_in_the_sandbox_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise RuntimeError("broken on purpose")

    server = serve(broken, "127.0.0.1")
    try:
        assert requests.get(server.url, timeout=5).status_code == 500
    finally:
        server.close()
    assert "broken on purpose" in capsys.readouterr().err


def test_one_call_is_quick(tmp_path: Path) -> None:
    with Sandbox(tmp_path, harbor_version=None) as box, requests.Session() as session:
        session.get(f"{box.facts['control_url']}/facts", timeout=5)
        start = time.perf_counter()
        for _number in range(50):
            session.post(box.facts["tcr_endpoint"], json={}, timeout=5)
        assert (time.perf_counter() - start) / 50 < 0.02


def test_store_deletes() -> None:
    store = ContentStore()
    for tag in ("1", "2"):
        digest = store.put_manifest("shop/web", tag, "application/vnd.oci.image.index.v1+json", b'{"manifests": []}')
    assert store.delete_manifest("shop/web", "1")
    assert store.tags("shop/web") == {"2": digest}
    assert store.delete_manifest("shop/web", digest)
    assert (store.tags("shop/web"), store.repositories()) == ({}, [])
    assert not store.delete_manifest("shop/web", digest)
    assert not store.delete_repository("nothing")


def test_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.sandbox", "--directory", str(tmp_path), "--harbor", "none"]
    process = subprocess.Popen(
        [*command, "--set", "link_quota=3"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        wait((tmp_path / "sandbox.json").exists)
        facts = json.loads((tmp_path / "sandbox.json").read_text())
        assert requests.get(f"{facts['control_url']}/facts", timeout=5).json() == facts
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
    assert not (tmp_path / "sandbox.json").exists()
    unknown = subprocess.run([*command[:-1], "0.1"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (unknown.returncode, "0.1" in unknown.stderr, "Traceback" in unknown.stderr) == (2, True, False)
    refused = subprocess.run(
        [*command, "--set", "nothing=1"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert refused.returncode == 2
    assert "setting 'nothing' does not exist" in refused.stderr


def test_an_application_on_demand_is_built_once() -> None:
    built = []

    def build() -> Application:
        built.append(True)
        return lambda environ, start_response: [b"answer"]

    application = on_demand(build)
    assert not built
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _number: application({}, None), range(8)))
    assert (answers, built) == ([[b"answer"]] * 8, [True])
