# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job of one task: copy a repository to the target, tag by tag, and write down what happens.

What is at the target already with the same digest is skipped. One failing tag does not stop the others; the job fails
at its end. The log reads as that of Harbor's own transfer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST, ContentStore, Manifest
from tests.sandbox.core.distribution import not_accepted
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.host.outbound import Unreachable
from tests.sandbox.harbor.replication.push import PushClient, PushError

CHUNK_SIZE = 10 * 1024 * 1024
_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
_DOCKER_TYPES = frozenset({DOCKER_MANIFEST, DOCKER_LIST})
_FIRST_BACK_OFF = 2.0
_NOUN = {"one": "image", "all": "artifact"}
Result = TypeVar("Result")


class Stopped(Exception):
    """The task was asked to stop."""


@dataclass(frozen=True)
class Waits:
    """What a transfer does not decide: how long it pauses between attempts, how long an upload takes, when to stop."""

    pause: Callable[[float], None]
    upload: Callable[[str], None]
    stopped: Callable[[], bool]


class Transfer:
    """Copies one repository."""

    def __init__(
        self,
        flavour: Flavour,
        store: ContentStore,
        client: PushClient,
        names: tuple[str, str],
        log: list[str],
        waits: Waits,
    ) -> None:
        self._flavour = flavour
        self._store = store
        self._client = client
        self._source, self._target = names
        self._lines = log
        self._waits = waits
        self._noun = _NOUN[flavour.platforms]

    def run(self, references: list[str], override: bool, chunks: bool, speed: int) -> bool:
        """Copy these tags or digests; whether all of them arrived. A `speed` is only noted in the log. Raises Stopped."""
        listed = ",".join(references)
        between = f"{self._source}:[{listed}](source registry) to {self._target}:[{listed}](destination registry)"
        self.say("INFO", 183, f"copying {between}...")
        if speed > 0:
            self.say("INFO", 186, f"limit network speed at {speed} kb/s")
        failed = False
        for reference in references:
            try:
                self._copy(reference, reference, override, chunks)
            except (PushError, Unreachable, LookupError) as problem:
                self.say("ERROR", 197, str(problem).strip('"'))
                failed = True
        if failed:
            self.say("ERROR", 203, "got error during the whole transfer period, mark the job failure")
            return False
        self.say("INFO", 207, f"copy {between} completed")
        return True

    def say(self, level: str, line: int, text: str) -> None:
        """Write a line into the log of the job."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        place = "/replication/transfer/image/transfer.go"
        if self._flavour.dialect == "2":
            place = f"/harbor/src/controller{place}"
        self._lines.append(f"{now} [{level}] [{place}:{line}]: {text}")

    def _copy(self, reference: str, target: str, override: bool, chunks: bool) -> None:
        source_name, target_name = f"{self._source}:{reference}", f"{self._target}:{target}"
        self.say("INFO", 215, f"copying {source_name}(source registry) to {target_name}(destination registry)...")
        manifest = self._pull(reference)
        found = self._client_says(
            lambda: self._client.digest(target), f"existence of the manifest of {self._noun} {target_name}"
        )
        if found == manifest.digest:
            self.say("INFO", 233, f"the {self._noun} {target_name} already exists on the destination registry, skip")
            return
        if found is not None:
            same = f"the same name {self._noun} {target_name} exists on the destination registry"
            if not override:
                self.say("WARNING", 239, f'{same}, but the "override" is set to false, skip')
                return
            self.say("WARNING", 244, f'{same} and the "override" is set to true, continue...')
        for child in manifest.children():
            self._copy(child["digest"], child["digest"], True, chunks)
        for blob in manifest.blobs():
            self._copy_blob(blob, chunks)
        self._check_stop()
        self.say("INFO", 420, f"pushing the manifest of {self._noun} {target_name} ...")
        try:
            self._waits.upload(manifest.digest)
            self._client.push_manifest(target, manifest.media_type, manifest.content)
        except (PushError, Unreachable) as problem:
            self.say("ERROR", 429, f"failed to push manifest of {self._noun} {target_name}: {problem}")
            raise
        self.say("INFO", 433, f"the manifest of {self._noun} {target_name} pushed")
        self.say("INFO", 261, f"copy {source_name}(source registry) to {target_name}(destination registry) completed")

    def _pull(self, reference: str) -> Manifest:
        """The source manifest; 1.x takes the linux/amd64 image out of a list. Raises LookupError."""
        self._check_stop()
        name = f"{self._noun} {self._source}:{reference}"
        self.say("INFO", 391, f"pulling the manifest of {name} ...")
        manifest = self._store.manifest(self._source, reference)
        docker_only = self._flavour.copied_types == "docker"
        if manifest is None or (docker_only and manifest.media_type not in _DOCKER_TYPES):
            text = "manifest unknown" if manifest is None else not_accepted(manifest.media_type)
            body = json.dumps({"errors": [{"code": "MANIFEST_UNKNOWN", "message": text}]}, separators=(",", ":"))
            reason = self._flavour.refusal_text.format(status=404, body=body)
            self.say("ERROR", 394, f"failed to pull the manifest of {name}: {reason}")
            raise LookupError(reason)
        self.say("INFO", 397, f"the manifest of {name} pulled")
        if self._flavour.platforms == "all" or not manifest.is_index:
            return manifest
        self.say("INFO", 302, "trying abstract a manifest from the manifest list...")
        digest = _one_platform(manifest)
        self.say("INFO", 315, f"a manifest(architecture: amd64, os: linux) found, using this one: {digest}")
        return self._pull(digest)

    def _copy_blob(self, blob: dict[str, object], chunks: bool) -> None:
        digest = str(blob["digest"])
        if blob.get("mediaType") == _FOREIGN_LAYER:
            self.say("INFO", 276, f"the layer {digest} is a foreign layer, skip")
            return
        pause = _FIRST_BACK_OFF
        for attempt in range(1, self._flavour.blob_attempts + 1):
            self.say("INFO", 290, f"copying the blob {digest}(the {attempt}th running)...")
            try:
                self._copy_blob_once(digest, chunks)
            except (PushError, Unreachable):
                if attempt == self._flavour.blob_attempts:
                    raise
                self.say("INFO", 298, f"will retry {pause:.0f}s later")
                self._waits.pause(pause)
                pause *= 2
            else:
                self.say("INFO", 292, f"copy the blob {digest} completed")
                return

    def _copy_blob_once(self, digest: str, chunks: bool) -> None:
        self._check_stop()
        if self._client_says(lambda: self._client.has_blob(digest), f"existence of blob {digest}"):
            self.say("INFO", 336, f"the blob {digest} already exists on the destination registry, skip")
            return
        content = self._store.blob(digest) or b""
        self._waits.upload(digest)
        try:
            if chunks and len(content) > CHUNK_SIZE:
                self._client.push_chunks(digest, content, CHUNK_SIZE)
            else:
                self._client.push_blob(digest, content)
        except (PushError, Unreachable) as problem:
            self.say("ERROR", 375, f"failed to pushing the blob {digest}, size {len(content)}: {problem}")
            raise

    def _client_says(self, ask: Callable[[], Result], what: str) -> Result:
        try:
            return ask()
        except (PushError, Unreachable) as problem:
            self.say("ERROR", 410, f"failed to check the {what} on the destination registry: {problem}")
            raise

    def _check_stop(self) -> None:
        if self._waits.stopped():
            self.say("INFO", 165, "the job is stopped")
            raise Stopped


def _one_platform(manifest: Manifest) -> str:
    """The digest of the linux/amd64 image of a list, else of its first one."""
    children = manifest.children()
    for child in children:
        platform = child.get("platform", {})
        if (platform.get("os"), platform.get("architecture")) == ("linux", "amd64"):
            return str(child["digest"])
    return str(children[0]["digest"])
