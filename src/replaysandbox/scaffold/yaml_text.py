"""YAML as a person would write it, with comments: plain words where they are safe, one line where it is short."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 140
"""Longest line of several values. Ours. [characters]"""

_PLAIN: Final = re.compile(r"[A-Za-z_/$][A-Za-z0-9_./$-]*(?: [A-Za-z0-9_./$-]+)*")
_WORDS: Final = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with a comment, which is written in the line above it."""

    value: Any
    note: str


def yaml_text(value: Mapping[str, Any]) -> str:
    """Write a mapping; members that are `Noted` carry their comment."""
    return "\n".join(_members(value, "")) + "\n"


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Write a comment, a line for each of its lines."""
    for line in text.splitlines() or [""]:
        yield f"{indent}# {line}".rstrip()


def scalar(value: Any) -> str:
    """Write a text, number or truth value; texts that could be taken for something else are quoted."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS and len(value) < 4 * WIDTH:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def _key(text: str) -> str:
    """Write a key; YAML 1.2 takes `on` for what it is."""
    return text if _PLAIN.fullmatch(text) else scalar(text)


def _escaped(letter: str) -> str:
    number = ord(letter)
    if 0xD800 <= number < 0xE000:  # half a pair: no text at all
        return "?"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _members(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, each in value.items():
        member = each
        if isinstance(each, Noted):
            yield from comment(each.note, indent)
            member = each.value
        head = f"{indent}{_key(str(key))}:"
        yield from _after(head, member, indent)


def _after(head: str, value: Any, indent: str) -> Iterator[str]:
    """Write a value after its key or dash: in the same line, or in lines of its own."""
    flow = _flow(value, WIDTH - len(head))
    if flow is not None:
        yield f"{head} {flow}"
    elif isinstance(value, Mapping):
        yield head
        yield from _members(value, f"{indent}  ")
    else:
        yield head
        yield from _items(value, f"{indent}  ")


def _items(values: Sequence[Any], indent: str) -> Iterator[str]:
    for each in values:
        value = each
        if isinstance(each, Noted):
            yield from comment(each.note, indent)
            value = each.value
        flow = _flow(value, WIDTH - len(indent) - 2)
        if flow is not None:
            yield f"{indent}- {flow}"
        elif isinstance(value, Mapping):
            first, *rest = _members(value, f"{indent}  ")
            while first.lstrip().startswith("#"):  # a comment of the first member goes above the dash
                yield f"{indent}{first.lstrip()}"
                first, *rest = rest
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}-"
            yield from _items(value, f"{indent}  ")


def _flow(value: Any, width: int) -> str | None:
    """Write a value in one line; None where it is too long, or holds comments."""
    if isinstance(value, Noted):
        return None
    if isinstance(value, Mapping):
        parts = [(_key(str(key)), _flow(each, width)) for key, each in value.items()]
        texts = [f"{key}: {each}" for key, each in parts if each is not None]
        text = "{" + ", ".join(texts) + "}"
        return text if len(texts) == len(parts) and len(text) <= width else None
    if isinstance(value, list | tuple):
        flows = [_flow(each, width) for each in value]
        known = [each for each in flows if each is not None]
        text = "[" + ", ".join(known) + "]"
        return text if len(known) == len(flows) and len(text) <= width else None
    return scalar(value)
