# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as JUnit XML, in the shape that GitLab, Jenkins and GitHub read. Pure.

There is one test case for the run itself, one per repository and one per chart. A case fails with the tags whose verdict is
not accepted; where the run was refused or broke off, its case has an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

Data = Mapping[str, Any]
_EQUAL = "equal"
# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit_xml(data: Data) -> str:
    """The XML of one run.

    :param data: the report, see :func:`.data.report_data`.
    """
    cases = [_of_run(data), *_of_repositories(data), *_of_charts(data)]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "time": _seconds(data),
    }
    name = f"{data['migration_id']} {data['run']}"
    suites = ElementTree.Element("testsuites", {"name": "cloud_registry.migration", **counts})
    described = {"name": name, **counts, "skipped": "0", "timestamp": (data["started"] or data["written"]).rstrip("Z")}
    suite = ElementTree.SubElement(suites, "testsuite", described)
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _properties(data):
        ElementTree.SubElement(properties, "property", {"name": key, "value": _legal(value)})
    suite.extend(cases)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _properties(data: Data) -> Iterator[tuple[str, str]]:
    yield "outcome", data["outcome"]
    yield "source", data["source"]["url"]
    yield "target", data["target"]["public_domain"]
    yield "started_by", data["started_by"].get("user", "")
    yield from ((f"version.{name}", version) for name, version in data["versions"].items())
    yield "accepted_verdicts", ", ".join(data["tolerances"]["accepted_verdicts"])


def _of_run(data: Data) -> ElementTree.Element:
    """The case of the run: an error when it was refused or broke off, or when a cleanup has left something."""
    case = _case(data, "run", data["run"], _seconds(data))
    if data["outcome"] == "failed":
        _add(case, "error", data["outcome"], data["problem"])
    elif data["problem"] and not (data["comparison"] and data["source_changes"].get("unchanged", True)):
        _add(case, "failure", data["outcome"], data["problem"])
    return case


def _of_repositories(data: Data) -> Iterator[ElementTree.Element]:
    fine = {_EQUAL, *data["tolerances"]["accepted_verdicts"]}
    accessories_decide = data["tolerances"]["accessories"] == "require"
    for one in data["comparison"].get("repositories", ()):
        case = _case(data, "repositories", one["name"] or one["target"])
        found = list(deciding(one, accessories_decide))
        bad = [_line(*told) for told in found if told[0] not in fine]
        accepted = [_line(*told) for told in found if told[0] in fine - {_EQUAL}]
        if bad:
            _add(case, "failure", one["verdict"], f"{len(bad)} not as they should be", bad)
        if accepted:
            ElementTree.SubElement(case, "system-out").text = _legal("\n".join(["Accepted:", *accepted]))
        yield case


def deciding(repository: Data, accessories_decide: bool) -> Iterator[tuple[str, str, str]]:
    """The verdicts of a repository that decide, each with the name of what it is about, and the reason."""
    if not repository["name"]:
        yield "extra", repository["target"], "only at the target"
    for tag in repository["tags"]:
        yield tag["verdict"], tag["tag"], tag.get("reason", "")
    for kind in ("untagged_images", *(("accessories",) if accessories_decide else ())):
        for one in repository.get(kind, ()):
            name = ", ".join(one.get("tags", ())) or one["digest"]
            yield one["verdict"], f"{name} ({one['kind']})", one.get("reason", "")


def _of_charts(data: Data) -> Iterator[ElementTree.Element]:
    for one in data["charts"].get("charts", ()):
        case = _case(data, "charts", f"{one['project']}/{one['name']}:{one['version']}")
        if one["verdict"] != _EQUAL:
            _add(case, "failure", one["verdict"], _line(one["verdict"], one["target"], one.get("reason", "")))
        yield case


def _case(data: Data, group: str, name: str, seconds: str = "0") -> ElementTree.Element:
    classname = f"{data['migration_id']}.{data['run']}.{group}"
    return ElementTree.Element("testcase", {"classname": classname, "name": _legal(name), "time": seconds})


def _add(case: ElementTree.Element, kind: str, word: str, message: str, lines: list[str] | None = None) -> None:
    told = ElementTree.SubElement(case, kind, {"type": word, "message": _legal(message)})
    told.text = _legal("\n".join(lines or [message]))


def _line(verdict: str, name: str, reason: str) -> str:
    return f"{name}: {verdict}" + (f" ({reason})" if reason else "")


def _seconds(data: Data) -> str:
    return str(data["seconds"] or 0)


def _legal(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", str(text))
