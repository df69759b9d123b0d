# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the task of a replication failed, as far as its log tells, and whether trying again can help. Pure.

Harbor tries a failed task again after a minute or more, whatever the reason was. What the target refuses because of a rule,
a quota, a permission or a name it will refuse again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._http.readable import readable
from ..._http.redaction import MASK, Redactor

# Harbor 1.x: "http error: code 404, message ..."; 2.x: "http status code: 404, body: ...".
_STATUS = re.compile(r"\bcode:?\s+(\d{3})\b", re.IGNORECASE)
_IMMUTABLE = re.compile(r"'([^']+):([^':]+)' configured as immutable|immutable", re.IGNORECASE)
_QUOTA = re.compile(
    r"quota|exceed\w*\b.*\b(?:limit|storage)|storage limit|limit ?exceeded|no space left", re.IGNORECASE
)
_READ_ONLY = re.compile(r"read.?only mode", re.IGNORECASE)
_PROXY = re.compile(r"to a proxy project", re.IGNORECASE)
_AT_SOURCE = re.compile(r"failed to pull|pulling the manifest", re.IGNORECASE)
_OCI = re.compile(r"does not support OCI", re.IGNORECASE)
_ERROR = re.compile(r"^\S+\s+\[(?:ERROR|FATAL)\]")
_PREFIX = re.compile(r"^\S+\s+\[[A-Z]+\]\s*(?:\[[^\]]*\]:?\s*)?")
# What lets anybody in who has it, in the addresses to which registries send for blobs, and in answers of token services.
_SIGNED = re.compile(
    r"(?:(?<=[?&])(?:x-amz-|x-cos-|q-)?(?:signature|security-token|credential|ak|sig|token|access_token)=[^&\s\"']+"
    r"|(?<=\"token\":\")[^\"]+|(?<=\"access_token\":\")[^\"]+)",
    re.IGNORECASE,
)
_LONGEST = 600

_RULE = (
    "Switch the rule off until the migration has ended (module tcr_immutable_tag with disabled: true, or the TCR console), or "
    "leave the tag out with migration_tags."
)
_ADVICE = {
    "quota": "Raise the quota of the registry (or take a larger edition), or select less with migration_projects, "
    "migration_repositories or migration_tags.",
    "read-only": "The target is in read-only mode and takes nothing: switch that off (in a Harbor under Administration, "
    "Configuration, System Settings), or wait until the garbage collection or backup that set it has ended; then run migrate "
    "again.",
    "proxy": "The project at the target is a proxy cache, which takes no push: send the source project elsewhere with "
    "migration_namespace_map, or leave it out with migration_projects.",
    "oci": "Harbor 1.x copies no OCI content: copy it with skopeo or image-syncer, or leave it out with migration_tags or "
    "migration_repositories.",
    "source": "Harbor itself cannot read it: look at the image in Harbor, or leave it out with migration_tags or "
    "migration_repositories.",
    "403": "Let the credential push there: check the permissions of its account in TCR, whether the whitelist has Harbor's "
    "address (migration_public_cidrs), and the namespace in migration_namespace_map.",
    "404": "Create the namespace, which migrate does when it is run again, or correct migration_namespace_map.",
}


def lasting_failure(line: str) -> str:
    """What puts it right, if trying again cannot help; else nothing.

    :param line: the decisive line of a task's log, see :func:`failure_line`.
    """
    found = _STATUS.search(line)
    status = found[1] if found else ""
    immutable = _IMMUTABLE.search(line)
    if immutable:
        if not immutable[1]:
            return f"A rule of the registry makes the tag immutable. {_RULE}"
        namespace = immutable[1].partition("/")[0]
        return f"An immutable tag rule of the namespace {namespace} covers {immutable[1]}:{immutable[2]}. {_RULE}"
    if _READ_ONLY.search(line):
        return _ADVICE["read-only"]
    if _PROXY.search(line):
        return _ADVICE["proxy"]
    if status in ("403", "404", "412", "413", "507", "") and _QUOTA.search(line):
        return _ADVICE["quota"]
    if _OCI.search(line):
        return _ADVICE["oci"]
    if status == "404" and _AT_SOURCE.search(line):
        return _ADVICE["source"]
    if status == "412":
        return f"A rule of the registry forbids it. {_RULE}"
    return _ADVICE.get(status, "")


def is_immutable(line: str) -> bool:
    """Whether a rule on immutable tags is the reason, which concerns single tags.

    :param line: as for :func:`lasting_failure`.
    """
    return _IMMUTABLE.search(line) is not None


def failure_line(log: str) -> str:
    """The line of a task's log with the reason why it failed, without time, file and secrets.

    It is the first error of its last run, unless a later one says that trying again cannot help.
    """
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    starts = [index for index, line in enumerate(lines) if "client for source registry" in line]
    last_run = lines[starts[-1] :] if starts else lines
    errors = [line for line in last_run if _ERROR.match(line)] or [line for line in last_run if "[ERROR]" in line]
    lasting = [line for line in errors if lasting_failure(line)]
    line = next(iter([*lasting, *errors, *last_run[-1:]]), "")
    return readable(_SIGNED.sub(MASK, Redactor()(_PREFIX.sub("", line))), _LONGEST)


def lasting_failures(execution: Mapping[str, Any]) -> dict[str, str]:
    """The repositories that failed and will again, each with what puts it right.

    :param execution: as the module harbor_replication_execution returns it, with ``failed_repositories``.
    """
    found = {one["repository"]: lasting_failure(one.get("log_line") or "") for one in _failed(execution)}
    return {repository: advice for repository, advice in found.items() if advice}


def is_hopeless(execution: Mapping[str, Any]) -> bool:
    """Whether everything has ended but tasks that will fail again."""
    failed = _failed(execution)
    ended = int(execution.get("repositories_done") or 0) + len(failed)
    waiting = ended < int(execution.get("repositories") or 0) or bool(execution.get("in_progress"))
    return (
        bool(failed) and not waiting and len(lasting_failures(execution)) == len({one["repository"] for one in failed})
    )


def advice_for(execution: Mapping[str, Any]) -> str:
    """What puts right whatever will fail again, each advice once."""
    return " ".join(dict.fromkeys(lasting_failures(execution).values()))


def _failed(execution: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(execution.get("failed_repositories") or ())
