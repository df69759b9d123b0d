# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists, mappings and switches from flat text, because a survey of AWX can give little else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..._engine.texts import QUOTE, as_text
from ..._errors import InvalidInput

_BLOCK_LIST = re.compile(r"---(\s|$)|-(\s|$)")
_TAGS = {"list": "tag:yaml.org,2002:seq", "mapping": "tag:yaml.org,2002:map"}
_TRUE = frozenset(("y", "yes", "on", "1", "true", "t"))
_FALSE = frozenset(("n", "no", "off", "0", "false", "f"))
# How ansible-core before 2.19 writes omit when a template hands it on.
_OMITTED = "__omit_place_holder__"
_PAIRS = "Write pairs as name=value, separated by commas, for example: team.one=team-one, tools=shared-tools."


def is_blank(value: Any) -> bool:
    """Whether a variable counts as not given: undefined, null, ``omit``, or text without a visible character."""
    if isinstance(value, str):
        return not value.strip() or value.startswith(_OMITTED)
    return value is None or type(value).__name__.strip("_") in ("Omit", "OmitType", "Undefined", "AnsibleUndefined")


def as_list(value: Any) -> list[str]:
    """The names in a list, in text, or a single one; a blank value gives none, and empty texts do not count.

    Text is a list in YAML or JSON when it looks like one (``[a, b]``, or lines that begin with ``- ``). Otherwise commas,
    semicolons and ends of lines separate the items, unless they stand in quotes or between the braces or brackets of a
    pattern.

    :raises InvalidInput: an item is no name (see :func:`as_text`), or the text is no list.
    """
    if is_blank(value):
        return []
    if isinstance(value, str):
        items: Iterable[Any] = _list_items(value.strip())
    elif isinstance(value, Mapping):
        raise InvalidInput(
            f"A mapping with the keys {', '.join(map(str, value))} was found where a list is expected.",
            advice="Give a list such as [a, b].",
        )
    else:
        items = value if isinstance(value, Iterable) else [value]
    return [text for text in (as_text(item).strip() for item in items) if text]


def as_dict(value: Any) -> dict[str, str]:
    """A mapping of names to names, also from text: pairs ``name=value``, separated as in :func:`as_list`, or YAML or JSON.

    :raises InvalidInput: a name or a value is missing or is no name (see :func:`as_text`), or a name has two values.
    """
    mapping: dict[str, str] = {}
    for given, content in () if is_blank(value) else _pairs(value):
        name, text = as_text(given).strip(), "" if content is None else as_text(content).strip()
        if not name or not text:
            raise InvalidInput(f"{given!r} has no value." if name else f"{text!r} has no name.", advice=_PAIRS)
        if mapping.setdefault(name, text) != text:
            raise InvalidInput(
                f"{name!r} has two values: {mapping[name]!r} and {text!r}.", advice="Remove one of them."
            )
    return mapping


def or_default(value: Any, default: Any) -> Any:
    """The value, or the default where it is blank: null, or text without a visible character.

    ``0``, ``false`` and an empty list are not blank: somebody has chosen them.
    """
    return default if is_blank(value) else value


def as_switch(value: Any, default: Any) -> Any:
    """Whether a switch is on; ``default`` when it is blank, or given as it is. ``false`` and ``0`` are off and not blank.

    :raises InvalidInput: the value is neither on nor off.
    """
    if is_blank(value):
        return default
    text = str(value).strip().lower()
    if text == default:
        return default
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise InvalidInput(f"{value!r} was found where true or false is expected.", advice="Set it to true or false.")


def _list_items(text: str) -> Iterable[Any]:
    if "datetime.date(" in text:
        # Jinja of ansible-core before 2.19 makes this text of a list that holds a date.
        raise InvalidInput(f"A date was found where a text is expected: {text}.", advice=QUOTE)
    if text.startswith("{") and ":" in text:
        raise InvalidInput(
            f"The mapping {text} was found where a list is expected.", advice="Give a list such as [a, b]."
        )
    if _BLOCK_LIST.match(text):
        return _yaml(text, "list")
    if not (text.startswith("[") and _group_end(text) == len(text) - 1):
        return _split(text)
    try:
        return _yaml(text, "list")
    except _NotYaml:
        # A pattern with braces is no plain text of YAML: [v1.{1,2}*]
        return _split(text[1:-1])


def _pairs(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, str):
        text = value.strip()
        if text.startswith("{") or ("=" not in text and re.search(r":(\s|$)", text)):
            yield from _yaml(text, "mapping")
        else:
            for item in _list_items(text):
                yield _pair(item)
    elif isinstance(value, Iterable):
        for item in value:
            if isinstance(item, Mapping):
                yield from item.items()
            elif item != "":
                yield _pair(item)
    else:
        yield _pair(value)


def _pair(item: Any) -> tuple[str, str]:
    text = as_text(item)
    name, separator, content = text.partition("=")
    if not separator:
        raise InvalidInput(f"{text!r} is not of the form name=value.", advice=_PAIRS)
    return name, content


def _group_end(text: str) -> int:
    """Where the group ends that the first character opens; -1 when nowhere."""
    return next((end for end, depth in _depths(text) if depth == 0), -1)


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Each position of the text, and how many braces and brackets are open after it.

    No brace opens between brackets, and nothing in quotes at the beginning of an item or after a backslash.

    :raises InvalidInput: something is closed that is not open, or not closed.
    """
    opened: list[str] = []
    quote, begins, escaped = "", True, False
    for position, character in enumerate(text):
        literal = escaped
        if escaped or character == "\\":
            escaped = not escaped
        elif quote:
            quote = "" if character == quote else quote
        elif begins and character in "\"'":
            quote = character
        elif character == "[" or (character == "{" and "]" not in opened):
            opened.append("]" if character == "[" else "}")
        elif opened and character == opened[-1]:
            opened.pop()
        elif character == "}" and not opened:
            raise _unbalanced(text)
        begins = character in ",;\n[{:" or (begins and character.isspace())
        yield position, len(opened) + bool(quote) + literal
    if opened or quote:
        raise _unbalanced(text)


def _unbalanced(text: str) -> InvalidInput:
    return InvalidInput(
        f"The braces, brackets or quotes in {text!r} do not match.",
        advice="Close each one that is opened; commas between braces belong to the pattern.",
    )


def _split(text: str) -> Iterator[str]:
    """The items of a text that are not empty; one in quotes is what stands between them."""
    begin = 0
    for position, depth in [*_depths(text), (len(text), 0)]:
        if depth == 0 and (position == len(text) or text[position] in ",;\n"):
            item = text[begin:position].strip()
            quoted = len(item) > 1 and item[0] in "\"'" and item[-1] == item[0]
            if item:
                yield item[1:-1] if quoted else item
            begin = position + 1


class _NotYaml(InvalidInput):
    """The text is not in YAML or JSON."""


def _yaml(text: str, kind: str) -> list[Any]:
    """The items of a list, or the pairs of a mapping, in YAML or JSON; each as text or as what YAML makes of it.

    :raises InvalidInput: the text is something else, or holds a number in a notation that its digits do not show.
    """
    # Only filters and actions of the controller come here, and Ansible needs PyYAML. A host of modules may lack it.
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise _NotYaml(
            f"{text!r} is no {kind} in YAML or JSON: {problem}.", advice="Correct it, and put patterns in quotes."
        ) from None
    if node is None or node.tag != _TAGS[kind]:
        raise InvalidInput(f"{text!r} is no {kind} in YAML or JSON.", advice="Correct it.")
    constructor = yaml.constructor.SafeConstructor()

    def meaning(one: Any) -> Any:
        value = constructor.construct_object(one, deep=True)
        if isinstance(value, int) and not isinstance(value, bool) and str(value) != one.value:
            raise InvalidInput(f"YAML reads {one.value} as the number {value}.", advice=QUOTE)
        return "" if value is None and one.value == "" else value

    if kind == "list":
        return [meaning(item) for item in node.value]
    return [(meaning(name), meaning(item)) for name, item in node.value]
