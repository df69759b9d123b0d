# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Compose file as nodes that know their places in the text, and what it means once aliases and merges are resolved.

Scalars are never interpreted: a value is its text and how it is quoted. What YAML 1.1 and 1.2 read differently (``2222:22``,
``no``, ``=``) therefore stays what it is. Used where PyYAML is: on the controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

try:
    import yaml

    YAML_FOUND = True
    # The parser in C is the one of which that of Docker Compose is a translation: it also accepts tabs after a colon.
    _LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
except ImportError:
    YAML_FOUND = False

from .._errors import InvalidInput, MissingLibrary

# What other tags mean is known to Compose only (``!reset``, ``!override``).
_PLAIN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "null"))})
_NULLS = ("", "~", "null", "Null", "NULL")

# Stands for the name of the file in the reasons that are raised.
FILE = "{file}"

_TOO_DEEP = f"{FILE} cannot be read: its parts are nested too deeply"

Meaning = Any


@dataclass
class Node:
    """A node of the file.

    :param kind: scalar, mapping, sequence or alias.
    :param start: where it begins, with its anchor and tag.
    :param content: where its content begins: the first key or dash of a block; in a flow behind its bracket.
    :param end: where a scalar or an alias ends.
    :param value: the text of a scalar; the name of an alias.
    :param plain: whether a scalar has no quotes.
    :param pairs: keys and values of a mapping.
    :param items: the nodes of a sequence.
    :param target: the node to which an alias leads.
    """

    kind: str
    start: int
    content: int = 0
    end: int = 0
    line: int = 0
    value: str = ""
    plain: bool = False
    flow: bool = False
    tag: str | None = None
    anchor: str | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None

    @property
    def tagged(self) -> bool:
        """Whether it has a tag that only Compose understands."""
        return self.tag not in _PLAIN_TAGS

    @property
    def is_null(self) -> bool:
        """Whether it is the null value, written or left out."""
        return self.kind == "scalar" and self.plain and not self.tagged and self.value in _NULLS

    def resolved(self) -> Node:
        """The node itself, or the one to which an alias leads."""
        return self.target if self.target is not None else self

    def find(self, key: str) -> tuple[Node, Node] | None:
        """The key and value that stand in this mapping itself, not in what is merged into it.

        :raises InvalidInput: the key stands there twice.
        """
        found = [pair for pair in self.pairs if pair[0].kind == "scalar" and pair[0].value == key]
        if len(found) > 1:
            lines = " and ".join(str(pair[0].line) for pair in found)
            raise InvalidInput(f"the key {key!r} stands twice in one mapping of {FILE} (lines {lines})")
        return found[0] if found else None


@dataclass(frozen=True)
class Document:
    """A file with at most one document.

    :param root: its content; ``None`` where there are only comments, or nothing.
    :param start: where the line ``---`` begins, if there is one.
    """

    root: Node | None = None
    start: int | None = None


def parse(text: str) -> Document:
    """The nodes of a text without a byte order mark.

    :raises InvalidInput: it is no YAML, or several documents; the message is the reason alone.
    :raises MissingLibrary: PyYAML is not installed.
    """
    if not YAML_FOUND:
        raise MissingLibrary("PyYAML")
    try:
        return _Reader(text).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InvalidInput(f"{FILE} cannot be read as YAML{place}: {problem}") from None
    except RecursionError:
        raise InvalidInput(_TOO_DEEP) from None


class _Reader:
    """Builds nodes from the events of the parser."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._anchors: dict[str, Node] = {}

    def document(self) -> Document:
        found: list[Document] = []
        for event in self._events:
            if _is(event, yaml.DocumentStartEvent):
                root = self._node(next(self._events))
                empty = root.kind == "scalar" and root.start == root.end and root.plain and root.tag is None
                found.append(Document(None if empty else root, event.start_mark.index if event.explicit else None))
        if len(found) > 1:
            raise InvalidInput(
                f"{FILE} holds {len(found)} documents (separated by ---), which not every version of Compose reads"
            )
        return found[0] if found else Document()

    def _node(self, event: Any) -> Node:
        start, line = event.start_mark.index, event.start_mark.line + 1
        if _is(event, yaml.AliasEvent):
            target = self._anchors.get(event.anchor)
            if target is None:
                raise InvalidInput(
                    f"{FILE} uses the alias *{event.anchor} in line {line}, which names no anchor above it"
                )
            return Node("alias", start, start, event.end_mark.index, line, event.anchor, target=target)
        node = Node("scalar", start, event.end_mark.index, event.end_mark.index, line)
        node.tag, node.anchor = event.tag, event.anchor
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        if _is(event, yaml.ScalarEvent):
            node.value, node.plain = event.value, event.style in (None, "")
            return node
        node.flow = bool(event.flow_style)
        if _is(event, yaml.SequenceStartEvent):
            node.kind = "sequence"
            node.items = list(self._until(yaml.SequenceEndEvent))
        else:
            node.kind = "mapping"
            flat = list(self._until(yaml.MappingEndEvent))
            node.pairs = list(zip(flat[::2], flat[1::2]))
        return node

    def _until(self, last: type) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, last):
                return
            yield self._node(event)


def _is(event: Any, kind: type) -> bool:
    """``isinstance``; the types of PyYAML leave out what their events have, so nothing is concluded from the class."""
    return isinstance(event, kind)


def meaning(root: Node | None) -> Meaning:
    """What a file says, comparable by ``==``: its texts with quotes or without, its order of lists, and no aliases.

    :raises InvalidInput: an alias leads to itself, or something that is no mapping is merged.
    """
    try:
        return None if root is None else _Meanings().of(root)
    except RecursionError:
        raise InvalidInput(_TOO_DEEP) from None


class _Meanings:
    def __init__(self) -> None:
        self._known: dict[int, Meaning] = {}
        self._open: set[int] = set()

    def of(self, node: Node) -> Meaning:
        node = node.resolved()
        if id(node) in self._open:
            raise InvalidInput(f"{FILE} holds an anchor (&{node.anchor}, line {node.line}) that contains itself")
        if id(node) not in self._known:
            self._open.add(id(node))
            self._known[id(node)] = self._build(node)
            self._open.discard(id(node))
        return self._known[id(node)]

    def _build(self, node: Node) -> Meaning:
        if node.kind == "scalar":
            return ("scalar", node.tag, "plain" if node.plain else "text", node.value)
        if node.kind == "sequence":
            return ("sequence", node.tag, [self.of(item) for item in node.items])
        merged: dict[Any, Meaning] = {}
        explicit: dict[Any, Meaning] = {}
        for key, value in node.pairs:
            if key.kind == "scalar" and key.plain and key.value == "<<":
                for one in self._merged(value):
                    merged = {**one, **merged}
            else:
                explicit[_hashable(self.of(key))] = self.of(value)
        return ("mapping", node.tag, {**merged, **explicit})

    def _merged(self, value: Node) -> list[dict[Any, Meaning]]:
        value = value.resolved()
        mappings = value.items if value.kind == "sequence" else [value]
        found = [self.of(one) for one in mappings]
        if any(one[0] != "mapping" for one in found):
            raise InvalidInput(f"{FILE} merges something with << that is no mapping (line {value.line})")
        return [one[2] for one in found]


def _hashable(key: Meaning) -> Any:
    return key[3] if key[0] == "scalar" and key[1] is None else repr(key)


def part(of: Meaning, *path: str) -> Meaning:
    """The part of a meaning below these keys; ``None`` where there is none."""
    for key in path:
        if not isinstance(of, tuple) or of[0] != "mapping" or key not in of[2]:
            return None
        of = of[2][key]
    return of


def keys(of: Meaning) -> list[str]:
    """The keys of a mapping; none of anything else."""
    return [str(key) for key in of[2]] if isinstance(of, tuple) and of[0] == "mapping" else []


def text_of(of: Meaning) -> str:
    """The text of a scalar; empty for anything else."""
    return str(of[3]) if isinstance(of, tuple) and of[0] == "scalar" else ""
