# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names from values that YAML or JSON may have read as something else. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from .._errors import InvalidInput

QUOTE = "Put it in quotes, exactly as it is written at its origin."


def as_text(value: Any) -> str:
    """The text of a name, an id or a pattern.

    A whole number is the text of its digits. Whatever else is no text was written in another way than it was read: YAML
    makes the number 1.1 of ``1.10``, and a boolean of ``on``. The text would be the name of something else.

    :raises InvalidInput: the value is neither text nor a whole number.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    raise InvalidInput(f"{found_in(value)}.", advice=QUOTE if is_scalar(value) else "Give a single text.")


def is_scalar(value: Any) -> bool:
    """Whether quotes around what was written would have made it a text."""
    return value is None or isinstance(value, (bool, int, float, date))


def found_in(value: Any) -> str:
    """What was found where a text is expected, as a sentence without its end."""
    if value is None:
        return "An empty value (null) was found where a text is expected"
    if isinstance(value, bool):
        return (
            f"The boolean {str(value).lower()} was found where a text is expected (YAML reads yes, no, on and off so)"
        )
    if isinstance(value, (int, float)):
        return f"The number {value} was found where a text is expected (YAML reads 1.10 as 1.1)"
    if isinstance(value, date):
        return f"The date {value} was found where a text is expected (YAML reads 2026-01-31 so)"
    if isinstance(value, Mapping):
        return f"A mapping with the keys {', '.join(map(str, value))} was found where a text is expected"
    return f"A {type(value).__name__} was found where a text is expected"


@contextmanager
def about(name: str, secret: bool = False) -> Iterator[None]:
    """Say in an error about a value which option or variable holds it.

    :param secret: keep what was found out of the message.
    """
    try:
        yield
    except InvalidInput as error:
        found = "What was found cannot be used." if secret else error.message
        raise InvalidInput(f"{name}: {found}", advice=error.advice) from None
