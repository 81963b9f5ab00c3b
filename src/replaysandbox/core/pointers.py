"""JSON pointers (RFC 6901) into a parsed document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote


def joined(pointer: str, *parts: str | int) -> str:
    """Lengthen a pointer by parts that are not yet escaped."""
    return pointer + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@lru_cache(maxsize=4096)
def parts_of(pointer: str) -> tuple[str, ...]:
    """Take a pointer apart: `/a~1b/0` → `a/b`, `0`."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def value_at(document: Any, pointer: str) -> Any:
    """Find the value a pointer leads to.

    Raises:
        KeyError: It leads nowhere.
    """
    value = document
    for part in parts_of(pointer):
        if isinstance(value, Mapping):
            value = value[part]
        elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(pointer)
    return value


def followed(document: Any, pointer: str, most: int = 32) -> tuple[str, Any]:
    """Follow the `$ref`s of a value: the place they lead to, and the value there.

    Raises:
        KeyError: A reference leads nowhere, or through more than `most` others.
    """
    for _ in range(most):
        value = value_at(document, pointer)
        if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
            return pointer, value
        pointer = target_of(value["$ref"])
    raise KeyError(pointer)


def target_of(reference: str) -> str:
    """Read the pointer of a reference into the same document: `#/a/%7Bb%7D` → `/a/{b}`."""
    return unquote(reference.removeprefix("#"))
