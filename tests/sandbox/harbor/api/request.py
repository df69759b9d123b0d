# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One API call and its answer, in the dialect of a generation: errors, empty values, times, Location and paging."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Response

from tests.sandbox.harbor.api.messages import CODES, PLAIN_TEXT, message

if TYPE_CHECKING:
    from tests.sandbox.harbor.api.flavour import Flavour, Style
    from tests.sandbox.harbor.api.identity import Identity
    from tests.sandbox.harbor.api.service import Service

HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
_PAGE = "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
_ZERO_TIME = {True: "0001-01-01T00:00:00.000Z", False: "0001-01-01T00:00:00Z"}
_EMPTY = ("", False, 0, None)


class Refusal(Exception):
    """A call that ends in an error; `case` is a key of messages.CASES."""

    def __init__(self, case: str, **details: object) -> None:
        super().__init__(case)
        self.case = case
        self.details = details


@dataclass
class Answer:
    """What goes back. A dict or list becomes JSON, text stays text, None is an empty body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = None


@dataclass
class Call:
    """One request: who asks, what the path and query say, and the Harbor that is asked."""

    service: Service
    identity: Identity
    method: str
    path: str
    query: dict[str, str]
    body: bytes
    family: str
    values: dict[str, Any] = field(default_factory=dict)
    named: bool = False  # X-Is-Resource-Name: a project in the path is a name even if it looks like a number

    @property
    def flavour(self) -> Flavour:
        """The generation that answers."""
        return self.service.flavour

    @property
    def style(self) -> Style:
        """How this family of endpoints answers."""
        return self.flavour.style(self.family)

    def document(self, subject: str) -> dict[str, Any]:
        """The JSON object in the body. Raises Refusal when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            raise Refusal("broken_json", subject=subject) from None
        if not isinstance(found, dict):
            raise Refusal("broken_json", subject=subject)
        return found

    def created(self, identifier: int) -> Answer:
        """201 with the address of what was made."""
        return Answer(status=201, headers={"Location": f"{self.path.rstrip('/')}/{identifier}"})

    def shown(self, keys: str, values: dict[str, Any], always: str = "") -> dict[str, Any]:
        """A document with these keys, in this order; generated handlers leave empty values out, except `always`."""
        names = [name for name in keys.split() if name in values]
        if self.style.generated:
            names = [name for name in names if name in always.split() or not is_empty(values[name])]
        return {name: values[name] for name in names}

    def time(self, moment: float | None, whole: bool = False) -> str:
        """A time as this family prints it; None is the zero time, `whole` cuts to seconds."""
        if moment is None:
            return _ZERO_TIME[self.style.generated]
        when = datetime.fromtimestamp(int(moment) if whole else moment, UTC)
        if self.style.generated:
            return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"
        text = when.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
        return f"{text}Z"

    def page(self, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """The page of a list that was asked for, with X-Total-Count and Link. Raises Refusal for a bad page."""
        style, total = self.style, len(items)
        page, size = self._number("page", 1), self._number("page_size", style.default_page_size)
        if style.generated:
            limit = self.flavour.max_page_size
            if limit is not None and size > limit:
                raise Refusal("page_size_too_big", limit=limit)
            page = max(page, 1)
        elif page <= 0 or size <= 0:
            raise Refusal("page" if page <= 0 else "page_size")
        size = min(size, style.page_size_cap or size)
        headers = {"X-Total-Count": str(total)}
        link = style.link_separator.join(self._links(page, size, total))
        if link:
            headers["Link"] = link
        if size <= 0:
            return items, headers
        return items[(page - 1) * size : page * size], headers

    def _number(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise Refusal(name) from None

    def _links(self, page: int, size: int, total: int) -> list[str]:
        if size == 0:
            return []
        links = []
        if page > 1 and (page - 1) * size <= total:
            links.append(self._link(page - 1, size, "prev"))
        if page * size < total:
            links.append(self._link(page + 1, size, "next"))
        return links

    def _link(self, page: int, size: int, relation: str) -> str:
        query = {**self.query, "page": str(page)}
        if self.style.generated:
            query["page_size"] = str(size)
        encoded = urlencode(sorted(query.items()))
        if self.style.generated:
            encoded = "&".join(f"{name}={value}" for name, value in parse_qsl(encoded, keep_blank_values=True))
        return f'<{self.path}?{encoded}>; rel="{relation}"'

    def now(self) -> float:
        """The time of this Harbor."""
        return time.time()


def is_empty(value: Any) -> bool:
    """Whether a Go program would leave a value out of its JSON."""
    return any(value is empty or (value == empty and type(value) is type(empty)) for empty in _EMPTY) or value in (
        {},
        [],
    )


def error_answer(flavour: Flavour, refusal: Refusal) -> Answer:
    """An error in the envelope of a generation."""
    status, text = message(refusal.case, flavour.dialect, **refusal.details)
    if (refusal.case, flavour.dialect) in PLAIN_TEXT:
        return Answer(text, status, content_type=PLAIN)
    return envelope(flavour, status, text, "DENIED" if refusal.case in ("read_only", "robot_legacy") else None)


def envelope(flavour: Flavour, status: int, text: str, code: str | None = None) -> Answer:
    """`{code, message}` as text for 1.x, `{errors: [...]}` for 2.x; above 499 the reason stays in the log."""
    if flavour.dialect == "1":
        text = "Internal Server Error" if status >= 500 else text
        return Answer({"code": status, "message": text}, status, content_type=PLAIN)
    text = "internal server error" if status >= 500 else text
    error = {"code": code or CODES[status], "message": text}
    return Answer({"errors": [error]}, status, content_type="application/json; charset=utf-8")


def page_not_found() -> Answer:
    """What core answers for a path that belongs to no handler."""
    return html_page("404 - Page Not Found", 404)


def gateway_page(title: str, status: int) -> Answer:
    """nginx's own answer when core does not answer it."""
    page = html_page(title, status)
    page.content_type = "text/html"
    return page


def html_page(title: str, status: int) -> Answer:
    """An error page for humans."""
    return Answer(_PAGE.format(title=title), status, content_type=HTML)


def response_of(answer: Answer) -> Response:
    """An answer as an HTTP response; without a content type when it has no body."""
    body, content_type = answer.body, answer.content_type
    if isinstance(body, (dict, list)):
        body, content_type = json.dumps(body), content_type or "application/json"
    response = Response(body or b"", answer.status, answer.headers)
    response.headers.pop("Content-Type", None)
    if content_type is not None:
        response.headers["Content-Type"] = content_type
    return response
