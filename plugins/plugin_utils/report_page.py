# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a report and of the index, from templates. They need no script and no network, and everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def report_page(data: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """The page of one report.

    :param data: the report, as its JSON has it.
    :param figures: what its charts show.
    """
    return _render("report.html.j2", data=data, figures=figures)


def index_page(reports: Sequence[Mapping[str, Any]]) -> str:
    """The page that lists the reports of a directory.

    :param reports: the newest first, each with ``file`` (the name of its page, or of its JSON where it has none) and ``data``.
    """
    return _render("index.html.j2", reports=reports)


def _render(template: str, **variables: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["moment"] = _moment
    return environment.get_template(template).render(**variables)


def _moment(time: str | None) -> str:
    """A time of a report for people, without what programs need."""
    return time.replace("T", " ").replace("Z", " UTC") if time else "not known"
