# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replay what real Harbors answered against the sandbox: `python -m tests.contract.replay_harbor [VERSION ...]`.

Each recorded call is made again, in order, against the flavour of its generation; ids and the address of the target
are those of this run. A difference counts unless excused.yml names it with a reason.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.contract.comparison import Given, differences
from tests.contract.target import Target
from tests.sandbox.core.content import DOCKER_MANIFEST, digest_of
from tests.sandbox.core.images import Artifact, create_projects, push_images
from tests.sandbox.core.network import Network
from tests.sandbox.core.web import Faults, Journal
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.settings import HarborSettings

HERE = Path(__file__).parent
RECORDS = {"1.10.19": "1.10", "2.9.5": "2.9", "2.15.2": "2.15"}
_TIMEOUT = 30
_FINAL_WAIT = 20.0
_RECORDED_TARGET = "http://127.0.0.1:15001"
_KIND_OF_KEY = {"dest_registry": "registries", "src_registry": "registries"}
_SESSION_NOTE = "one session that keeps cookies"
_CLEARED_NOTE = "the same session with its cookies cleared first"
_CONTENT = {
    "tcr-sync/nginx": ("latest", "v1.0"),
    "tcr-sync/redis": ("v7",),
    "tcr-sync/team/api": ("v2",),
    "nowhere/app": ("v1",),
}


@dataclass
class Outcome:
    """What a replay found: `differing` are lines of differences that nothing excuses."""

    record: str
    calls: int = 0
    equal: int = 0
    excused: int = 0
    differing: list[str] = field(default_factory=list)
    used: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"harbor {self.record}: {self.calls} calls, {self.equal} equal, {self.excused} excused"


def load(name: str) -> dict[str, Any]:
    """A file of the records."""
    found: dict[str, Any] = json.loads((HERE / "records" / name).read_text(encoding="utf-8"))
    return found


def excuses() -> list[dict[str, Any]]:
    """The deliberate differences: `records`, `note` and `difference` (regular expressions), `reason`."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "excused.yml").read_text(encoding="utf-8"))
    return found


class Replay:
    """One record against one flavour."""

    def __init__(self, record: str, directory: Path) -> None:
        self.calls: list[dict[str, Any]] = load(f"harbor-{record}.json")["calls"]
        self.outcome = Outcome(record)
        self._target = Target("tcr-sync")
        settings = HarborSettings(
            harbor_status_lag_seconds=0.3, harbor_retry_scale=1.0, harbor_front_proxy=False, harbor_task_seconds=0.05
        )
        self._harbor = HarborServer(RECORDS[record], Network(list), Journal(), Faults(), settings, directory)
        self._harbor.start()
        self._ids: dict[tuple[str, str], str] = {}
        self._robot = ("", "")
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Stop both servers."""
        self._session.close()
        self._harbor.close()
        self._target.close()

    def run(self) -> Outcome:
        """Make every call and compare."""
        account = (self._harbor.username, self._harbor.password)
        create_projects(self._harbor.url, *account, ["tcr-sync", "nowhere"])
        images = {name: {tag: _small_image(f"{name}:{tag}") for tag in tags} for name, tags in _CONTENT.items()}
        push_images(self._harbor.url, *account, images)
        known = excuses()
        for call in self.calls:
            given = self._settled(call)
            self._learn(call, given)
            self._judge(call, list(differences(self._translated(call), given)), known)
        return self.outcome

    def _judge(self, call: dict[str, Any], found: list[str], known: list[dict[str, Any]]) -> None:
        self.outcome.calls += 1
        unexcused = []
        for line in found:
            number = next((index for index, item in enumerate(known) if self._excuses(item, call, line)), None)
            if number is None:
                unexcused.append(f"{call['note']} ({call['method']} {call['path']}): {line}")
            else:
                self.outcome.used[number] += 1
        self.outcome.differing += unexcused
        if not found:
            self.outcome.equal += 1
        elif not unexcused:
            self.outcome.excused += 1

    def _excuses(self, item: dict[str, Any], call: dict[str, Any], line: str) -> bool:
        fits_record = self.outcome.record in item["records"]
        return (
            fits_record and bool(re.fullmatch(item["note"], call["note"])) and bool(re.search(item["difference"], line))
        )

    def _settled(self, call: dict[str, Any]) -> Given:
        """The answer; a state that the record saw at its end is waited for."""
        until = time.monotonic() + _FINAL_WAIT
        while True:
            given = self._make(call)
            if _as_far(call["response"], given.body) or time.monotonic() > until:
                return given
            time.sleep(0.05)

    def _make(self, call: dict[str, Any]) -> Given:
        """Make one call."""
        url = self._harbor.url + self._path(call["path"])
        note, body = call["note"], call.get("request")
        if note.startswith(_SESSION_NOTE) or note == _CLEARED_NOTE:
            return self._in_session(url, cleared=note == _CLEARED_NOTE)
        options: dict[str, Any] = {
            "params": call["params"],
            "auth": self._account(call),
            "headers": call["request_headers"] or {},
        }
        if isinstance(body, str):
            options["data"] = body
        elif body is not None:
            options["json"] = self._body(body)
        with requests.Session() as session:
            session.trust_env = False
            return _given(session.request(call["method"], url, timeout=_TIMEOUT, **options))

    def _in_session(self, url: str, cleared: bool) -> Given:
        """A change by a client that keeps cookies, as browsers do."""
        self._session.auth = (self._harbor.username, self._harbor.password)
        if cleared:
            self._session.cookies.clear()
        else:
            for _visit in range(2):
                self._session.get(f"{self._harbor.url}{self._harbor.flavour.base}/systeminfo", timeout=_TIMEOUT)
        names = json.dumps(list({cookie.name for cookie in self._session.cookies}))
        identifier = min(self._harbor.state.registries)
        given = _given(self._session.post(url, json={"id": identifier}, timeout=_TIMEOUT))
        body = given.body if isinstance(given.body, str) else json.dumps(given.body, separators=(",", ":")) + "\n"
        return Given(given.status, {"cookies": names} if not cleared else {}, body)

    def _account(self, call: dict[str, Any]) -> tuple[str, str] | None:
        note = call["note"]
        if note == "wrong password":
            return self._harbor.username, "wrong"
        if "wrong secret" in note and "robot" in note or note.startswith("wrong secret"):
            return self._robot[0], "wrong"
        if note.startswith("as the robot"):
            return self._robot
        return (self._harbor.username, self._harbor.password) if call["auth"] else None

    def _learn(self, call: dict[str, Any], given: Given) -> None:
        """Remember which number of this run stands for a recorded one, and the robot of the migration."""
        recorded, found = call["headers"].get("Location"), given.headers.get("Location")
        if recorded and found:
            kind = recorded.split("/")[-2]
            self._ids[kind, recorded.rsplit("/", 1)[1]] = found.rsplit("/", 1)[1]
        if call["path"].endswith("/tasks") and isinstance(given.body, list):
            for old, new in zip(call["response"], given.body, strict=False):
                self._ids["tasks", str(old["id"])] = str(new["id"])
        if call["note"] == "robot create for a migration" and given.status == 201:
            self._robot = (given.body["name"], given.body["secret"])

    def _path(self, path: str) -> str:
        parts = path.split("/")
        for index in range(1, len(parts)):
            parts[index] = self._ids.get((parts[index - 1], parts[index]), parts[index])
        return "/".join(parts)

    def _body(self, body: dict[str, Any]) -> dict[str, Any]:
        changed = json.loads(
            json.dumps(body).replace(_RECORDED_TARGET.partition("://")[2], self._target.url.partition("://")[2])
        )
        for key, kind in _KIND_OF_KEY.items():
            if key in changed:
                changed[key]["id"] = self._number(kind, changed[key]["id"])
        if "policy_id" in changed:
            changed["policy_id"] = self._number("policies", changed["policy_id"])
        if set(changed) == {"id"}:
            changed["id"] = self._number("registries", changed["id"])
        return dict(changed)

    def _number(self, kind: str, number: int) -> int:
        return int(self._ids.get((kind, str(number)), number))

    def _translated(self, call: dict[str, Any]) -> dict[str, Any]:
        """The recorded answer with the ids and addresses of this run."""
        headers = dict(call["headers"])
        if "Location" in headers:
            headers["Location"] = self._path(headers["Location"])
        response = call["response"]
        if call["status"] >= 400:
            text = json.dumps(response).replace(_RECORDED_TARGET, self._target.url)
            text = re.sub(r"\b(registry|policy|registries) (\d+)\b", self._renumbered, text)
            response = json.loads(text)
        return {"status": call["status"], "headers": headers, "response": response}

    def _renumbered(self, found: re.Match[str]) -> str:
        kind = "registries" if found[1].startswith("regist") else "policies"
        return f"{found[1]} {self._ids.get((kind, found[2]), found[2])}"


def _as_far(recorded: Any, found: Any) -> bool:
    """Whether an execution, or its list of tasks, has come as far as the recorded one."""
    if isinstance(recorded, list) and recorded and "src_resource" in recorded[0]:
        return len(found) >= len(recorded)
    if not isinstance(recorded, dict) or "in_progress" not in recorded:
        return True
    final = recorded["status"] == "InProgress" or (found["status"] != "InProgress" and found["in_progress"] == 0)
    return final and bool(found["total"] >= recorded["total"])


def _small_image(name: str) -> Artifact:
    """An image whose configuration says as little as that of the recorded ones."""
    config = json.dumps(
        {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": []}}
    ).encode()
    content = name.encode()
    config_type, layer_type = (
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    )
    document = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": {"mediaType": config_type, "size": len(config), "digest": digest_of(config)},
        "layers": [{"mediaType": layer_type, "size": len(content), "digest": digest_of(content)}],
    }
    return Artifact(DOCKER_MANIFEST, json.dumps(document).encode(), (config, content))


def _given(answer: requests.Response) -> Given:
    try:
        body = answer.json()
    except ValueError:
        body = answer.text
    return Given(answer.status_code, dict(answer.headers), body)


def replay(record: str) -> Outcome:
    """Replay one record in a temporary directory."""
    with tempfile.TemporaryDirectory() as directory:
        run = Replay(record, Path(directory))
        try:
            return run.run()
        finally:
            run.close()


def main(arguments: list[str]) -> int:
    """Replay the named records, or all; exit status 1 for any difference that is not excused."""
    failed = False
    for record in arguments or list(RECORDS):
        outcome = replay(record)
        print(outcome)
        for line in outcome.differing:
            print(f"  {line}")
        failed = failed or bool(outcome.differing)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
