"""A list inside a large YAML document, one member at a time. Data only: no tag makes an object.

PyYAML's own loaders build the whole document, and those that other tools' files seem to ask for run code
(vcrpy's GHSA-rpj2-4hq8-938g). An alias gives the value it names once more, the same and no copy: a bomb of
them takes no room, as long as nobody writes it out.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.foreign.json_stream import opened

SIZE_LIMIT = 200_000_000
"""Largest YAML file we read; a gigabyte would take ten minutes. Ours. [B]"""

DEPTH_LIMIT = 64
"""Deepest nesting we read. Ours."""

_OLD = "VCR.py before 1.0 wrote lists: python -m vcr.migration FILE brings one up to date"

_STANDARD = "tag:yaml.org,2002:"
_TEXT = {f"{_STANDARD}str", f"{_STANDARD}python/unicode", f"{_STANDARD}python/str", "!", "!str"}
_BINARY = {f"{_STANDARD}binary", "!binary"}
_PLAIN = {f"{_STANDARD}{kind}" for kind in ("int", "float", "bool", "null", "timestamp")}
_LISTS = {f"{_STANDARD}seq", f"{_STANDARD}map", f"{_STANDARD}python/tuple"}
_NULLS = {"", "~", "null", "Null", "NULL"}


def members(path: Path, keys: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """Read the members of the first list of these names in a file's outermost mapping.

    Args:
        path: The file.
        keys: Names that the list may have.

    Yields:
        The line it begins on, and the member: dict, list, text, bytes, None. Numbers are left as text.

    Raises:
        SandboxError: It cannot be read, is no YAML, or would make objects.
    """
    with opened(path) as file:
        if path.stat().st_size > SIZE_LIMIT:
            hint = "save it as JSON, or in parts"
            raise SandboxError(Problem(str(path), 0, "", f"is larger than {SIZE_LIMIT} bytes", hint))
        reader = _Reader(str(path), yaml.parse(file, Loader=yaml.CSafeLoader))
        try:
            yield from reader.members(keys)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "broken"
            raise SandboxError(Problem(str(path), mark.line + 1 if mark else 0, "", f"is no YAML: {reason}")) from None


class _Reader:
    """Builds values of parser events, and remembers those that have a name."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self._file = file
        self._events = events
        self._named: dict[str, Any] = {}

    def members(self, keys: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent):
                break
            if isinstance(event, yaml.NodeEvent):
                raise self._refused(event, f"is no mapping with {' or '.join(keys)}", _OLD)
        else:
            return
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            name = self._value(key, 1)
            event = next(self._events)
            if name in keys and isinstance(event, yaml.SequenceStartEvent):
                if event.tag is not None and event.tag not in _LISTS:
                    raise self._object(event)
                while not isinstance(member := next(self._events), yaml.SequenceEndEvent):
                    yield member.start_mark.line + 1, self._value(member, 2)
            else:
                self._value(event, 1)

    def _value(self, event: Any, depth: int) -> Any:
        if depth > DEPTH_LIMIT:
            raise self._refused(event, f"is nested deeper than {DEPTH_LIMIT} levels")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._named:
                raise self._refused(event, f"names *{event.anchor}, which is not there yet")
            return self._named[event.anchor]
        value = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else self._node(event, depth)
        if event.anchor is not None:
            self._named[event.anchor] = value
        return value

    def _node(self, event: Any, depth: int) -> Any:
        if event.tag is not None and event.tag not in _LISTS:
            raise self._object(event)
        if isinstance(event, yaml.SequenceStartEvent):
            values = []
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                values.append(self._value(inner, depth + 1))
            return values
        mapping: dict[str, Any] = {}
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key = self._value(inner, depth + 1)
            if not isinstance(key, str):
                raise self._refused(inner, "has a key that is no text")
            mapping[key] = self._value(next(self._events), depth + 1)
        return mapping

    def _scalar(self, event: Any) -> str | bytes | None:
        if event.tag in _BINARY:
            try:
                return base64.b64decode(event.value)
            except (binascii.Error, ValueError):
                raise self._refused(event, "is no base64, though its tag says so") from None
        if event.tag is not None and event.tag not in _TEXT | _PLAIN:
            raise self._object(event)
        text: str = event.value
        is_plain = not event.style and (event.tag is None or event.tag in _PLAIN)
        return None if is_plain and text in _NULLS else text

    def _object(self, event: Any) -> SandboxError:
        hint = (
            "it is not read, because making objects of a file runs code; record it anew with the tool's newest version"
        )
        return self._refused(event, f"would make an object ({event.tag[:80]})", hint)

    def _refused(self, event: Any, reason: str, hint: str = "") -> SandboxError:
        return SandboxError(Problem(self._file, event.start_mark.line + 1, "", reason, hint))
