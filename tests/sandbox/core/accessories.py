# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images with what hangs on them: signatures, attestations and SBOMs, as cosign, notation and ORAS push them.

`scene()` is the project `acc` of a real Harbor that was recorded; tests get it with `Sandbox(..., seed="accessories")`:

- `acc/app` 1.0 with a cosign signature (tag `sha256-<hex>.sig`), a cosign, a notation and a sigstore referrer, an SBOM
  referrer that is signed itself, tags `.att` and `.sbom`, and an image without a tag;
- `acc/multi` 1.0, an index of two platforms with an attestation each, signed by a referrer;
- `acc/fallback` 1.0 with an SBOM referrer and the index that clients write for registries without a referrers API;
- `acc/untagged`, where nothing has a tag but the signature of an image;
- `acc/orphan` 1 beside a signature whose subject is not there;
- `acc/tagged` 1 with an SBOM referrer that has the tag `sbom-1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.sandbox.core.content import OCI_MANIFEST
from tests.sandbox.core.images import OCI_CONFIG, Artifact, descriptor, encoded, image, index, single_layer

COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json"
SIGSTORE = "application/vnd.dev.sigstore.bundle.v0.3+json"
NOTATION = "application/vnd.cncf.notary.signature"
SPDX = "application/spdx+json"
HARBOR_SBOM = "application/vnd.goharbor.harbor.sbom.v1"
_SIGNED = "application/vnd.dev.cosign.simplesigning.v1+json"
_ATTESTED = "application/vnd.dsse.envelope.v1+json"
_IN_TOTO = "application/vnd.in-toto+json"
_EMPTY = "application/vnd.oci.empty.v1+json"
_THUMBPRINT = {"io.cncf.notary.x509chain.thumbprint#S256": '["00"]'}


@dataclass(frozen=True)
class Push:
    """One push: what, where, under which tags (none: by digest)."""

    repository: str
    artifact: Artifact
    tags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The digest of what is pushed."""
        return self.artifact.digest


def tag_for(digest: str, suffix: str = "") -> str:
    """The tag under which clients keep what belongs to a digest; without a suffix the fallback index of its referrers."""
    return digest.replace(":", "-") + (f".{suffix}" if suffix else "")


def signature(subject: str, text: str = "first") -> Artifact:
    """A signature as cosign pushes it to the tag `.sig` of a digest; another text is another signature."""
    return _attached(_SIGNED, {"critical": {"image": {"docker-manifest-digest": subject}}, "optional": text})


def attestation(subject: str) -> Artifact:
    """What cosign pushes to the tag `.att` of a digest."""
    return _attached(_ATTESTED, {"payloadType": _IN_TOTO, "payload": f"attested {subject}"})


def sbom(subject: str) -> Artifact:
    """What cosign pushes to the tag `.sbom` of a digest."""
    return _attached("text/spdx+json", {"spdxVersion": "SPDX-2.3", "name": subject})


def referrer(
    subject: Artifact, kind: str, text: str = "first", size: int = 0, annotations: dict[str, str] | None = None
) -> Artifact:
    """An OCI 1.1 artifact of some kind with a `subject`; its payload has `size` bytes at least."""
    payload = encoded({"kind": kind, "of": subject.digest, "text": text}).ljust(size)
    config_type = kind if kind in (COSIGN, NOTATION) else _EMPTY
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": kind,
        "config": descriptor(config_type, b"{}"),
        "layers": [descriptor(_SIGNED if kind == COSIGN else kind, payload)],
        "subject": descriptor(subject.media_type, subject.content),
        **({"annotations": annotations} if annotations else {}),
    }
    return Artifact(OCI_MANIFEST, encoded(document), (b"{}", payload))


def absent() -> Artifact:
    """The image that `acc/orphan` has a signature of, and nothing else."""
    return _image("gone")


def scene() -> dict[str, Push]:
    """The recorded project, by the names that the records use, in the order in which everything was pushed."""
    app, fallback, single, tagged = (_image(name) for name in ("app", "fallback", "untagged", "tagged"))
    described, multi = referrer(app, SPDX), _multi()
    alone = referrer(fallback, SPDX)
    return {
        "image": Push("acc/app", app, ("1.0",)),
        "cosign_sig_tag": Push("acc/app", signature(app.digest), (tag_for(app.digest, "sig"),)),
        "cosign_oci11_referrer": Push("acc/app", referrer(app, COSIGN)),
        "notation_referrer": Push("acc/app", referrer(app, NOTATION, annotations=_THUMBPRINT)),
        "sbom_referrer": Push("acc/app", described),
        "attestation_tag": Push("acc/app", attestation(app.digest), (tag_for(app.digest, "att"),)),
        "sbom_tag": Push("acc/app", sbom(app.digest), (tag_for(app.digest, "sbom"),)),
        "referrer_to_sbom": Push("acc/app", referrer(described, COSIGN)),
        "sigstore_bundle_referrer": Push("acc/app", referrer(app, SIGSTORE)),
        "index": Push("acc/multi", multi, ("1.0",)),
        "index_cosign_referrer": Push("acc/multi", referrer(multi, COSIGN)),
        "fallback_image": Push("acc/fallback", fallback, ("1.0",)),
        "fallback_sbom": Push("acc/fallback", alone),
        "fallback_index_tag": Push("acc/fallback", index([alone]), (tag_for(fallback.digest),)),
        "untagged_image": Push("acc/app", _image("app-untagged")),
        "unt_image": Push("acc/untagged", single),
        "unt_cosign_sig_tag": Push("acc/untagged", signature(single.digest), (tag_for(single.digest, "sig"),)),
        "orphan_image": Push("acc/orphan", _image("orphan"), ("1",)),
        "orphan_sig_tag": Push("acc/orphan", signature(absent().digest), (tag_for(absent().digest, "sig"),)),
        "tagged_image": Push("acc/tagged", tagged, ("1",)),
        "tagged_referrer": Push("acc/tagged", referrer(tagged, SPDX), ("sbom-1",)),
    }


def later() -> dict[str, Push]:
    """What was pushed to `acc/app` between the recorded replications: signatures, an SBOM and other images."""
    app = scene()["image"].artifact
    signed = (tag_for(app.digest, "sig"),)
    return {
        "cosign_sig_tag_2": Push("acc/app", signature(app.digest, "second"), signed),
        "late_sbom_referrer": Push("acc/app", referrer(app, SPDX, "late")),
        "image_2": Push("acc/app", _image("app-again"), ("1.0",)),
        "image_1_1": Push("acc/app", _image("app-1.1"), ("1.1",)),
        "image_1_2": Push("acc/app", _image("app-1.2"), ("1.2",)),
        "cosign_sig_tag_3": Push("acc/app", signature(app.digest, "third"), signed),
        "image_1_3": Push("acc/app", app, ("1.3",)),
    }


def _image(name: str) -> Artifact:
    return image([name], media_type=OCI_MANIFEST, size=256)


def _multi() -> Artifact:
    """An index as BuildKit makes it: each platform is followed by its attestation, which no platform can run."""
    children = []
    for architecture in ("amd64", "arm64"):
        child = image([f"multi-{architecture}"], architecture, OCI_MANIFEST, size=256)
        about = {"vnd.docker.reference.digest": child.digest, "vnd.docker.reference.type": "attestation-manifest"}
        attested = _attached(_IN_TOTO, {"subject": child.digest})
        children += [child, replace(attested, platform={"architecture": "unknown", "os": "unknown"}, annotations=about)]
    return index(children)


def _attached(layer_type: str, payload: dict[str, Any]) -> Artifact:
    """An image to every registry, whose only layer is no layer."""
    config = encoded({"architecture": "", "os": "", "config": {}, "rootfs": {"type": "layers", "diff_ids": []}})
    return single_layer(OCI_CONFIG, config, layer_type, encoded(payload))
