"""YAML files of ours and of users, read with their line numbers and with YAML 1.2's meaning.

PyYAML's C parser gives events with positions; the values are made here, because PyYAML's own constructors
speak YAML 1.1 (`no` is false, `012` is ten, `12:30:45` is a number) and keep the last of two equal keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.plain_file import read_plain

SIZE_LIMIT = 4_000_000
"""Largest YAML file we read: four times the largest vendor specification seen. Ours. [bytes]"""

MOST_ALIASED = 100_000
"""Most values that aliases may stand for, where they are read at all. Ours: against bombs of aliases of aliases."""

DEPTH_LIMIT = 64
"""Deepest nesting we read; recursion stays far from Python's own limit. Ours."""

KeyPath = tuple[str | int, ...]

_PLAIN = (
    (re.compile(r"~|null|Null|NULL|"), lambda text: None),
    (re.compile(r"true|True|TRUE"), lambda text: True),
    (re.compile(r"false|False|FALSE"), lambda text: False),
    (re.compile(r"[-+]?[0-9]{1,300}"), int),
    (re.compile(r"0o[0-7]{1,300}"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]{1,300}"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"), float),
)
"""YAML 1.2.2, section 10.3.2 (core schema), without infinities and NaN: no key of ours can mean one."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file, and where each of its keys stands.

    Attributes:
        file: The file, as problems name it.
        data: Plain values: dict, list, str, int, float, bool, None.
        lines: Key path → line, from 1.
    """

    file: str
    data: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Find the line of a key, or of the nearest key above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: KeyPath, reason: str, hint: str = "") -> Problem:
        """Say what is wrong at a key path of this file."""
        return Problem(self.file, self.line(path), ".".join(str(part) for part in path), reason, hint)


def read_yaml(
    path: Path, shown_as: str | None = None, size_limit: int = SIZE_LIMIT, *, aliases: bool = False
) -> Document:
    """Read a YAML (or JSON) file with its positions.

    Args:
        path: The file.
        shown_as: How problems name it; the path itself unless given.
        size_limit: Larger files are refused. [bytes]
        aliases: Whether `*name` may stand for what `&name` marks: in files that others wrote.

    Raises:
        SandboxError: The file cannot be read, is not YAML, or uses what we refuse (aliases, duplicate keys, …).
    """
    name = shown_as or str(path)
    data = read_plain(path, size_limit, name)
    if len(data) > size_limit:
        raise SandboxError(Problem(name, 0, "", f"the file is larger than {size_limit} bytes"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SandboxError(Problem(name, 0, "", f"is not UTF-8 (byte {error.start})", "save it as UTF-8")) from error
    return parse_yaml(text, name, aliases=aliases)


def parse_yaml(text: str, file: str, *, aliases: bool = False) -> Document:
    """Parse YAML text with YAML 1.2's meaning of plain scalars.

    Raises:
        SandboxError: With all duplicate keys and refused constructs, or the first syntax error.
    """
    reader = _Reader(file, aliases=aliases)
    try:
        data = reader.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise SandboxError(Problem(file, mark.line + 1 if mark else 0, "", f"is not YAML: {reason}")) from error
    if reader.problems:
        raise SandboxError(reader.problems)
    return Document(file, data, reader.lines)


class _Reader:
    """Builds values from parser events, noting the line of each key."""

    def __init__(self, file: str, *, aliases: bool = False) -> None:
        self.file = file
        self.aliases = aliases
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self.count = 0  # values so far
        self.aliased = 0  # of these, those that aliases stand for
        self.anchors: dict[str, tuple[Any, int]] = {}  # name → value, and how many values that is

    def document(self, events: Iterator[Any]) -> Any:
        data: Any = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if () in self.lines:
                    self.refuse(event, (), "holds more than one YAML document", "keep one document a file")
                    break
                data = self.value(next(events), events, ())
        return data

    def refuse(self, event: Any, path: KeyPath, reason: str, hint: str = "") -> None:
        dotted = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.file, event.start_mark.line + 1, dotted, reason, hint))

    def value(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if len(path) > DEPTH_LIMIT:
            problem = Problem(self.file, event.start_mark.line + 1, "", f"is nested deeper than {DEPTH_LIMIT} levels")
            raise SandboxError([*self.problems, problem])
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        before = self.count
        self.count += 1
        value = self.plain(event, events, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.count - before
        return value

    def alias(self, event: Any, path: KeyPath) -> Any:
        if not self.aliases:
            hint = "write the value out; aliases are not read here"
            self.refuse(event, path, f"uses an alias (*{event.anchor})", hint)
            return None
        if event.anchor not in self.anchors:
            self.refuse(event, path, f"the alias *{event.anchor} stands for nothing before it")
            return None
        value, count = self.anchors[event.anchor]
        self.count += count
        self.aliased += count
        if self.aliased > MOST_ALIASED:
            reason = f"aliases stand for more than {MOST_ALIASED:,} values"
            raise SandboxError([*self.problems, Problem(self.file, event.start_mark.line + 1, "", reason)])
        return value

    def plain(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if event.tag is not None:
            self.refuse(event, path, f"uses a tag ({event.tag})", "write plain values")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        return self.mapping(events, path)

    def scalar(self, event: Any, path: KeyPath) -> Any:
        if event.tag is not None:
            self.refuse(event, path, f"uses a tag ({event.tag})", "write plain values")
        if event.style or not event.implicit[0]:
            return event.value
        for pattern, make in _PLAIN:
            if pattern.fullmatch(event.value):
                return make(event.value)
        return event.value

    def sequence(self, events: Iterator[Any], path: KeyPath) -> list[Any]:
        values: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self.value(event, events, (*path, len(values))))
        return values

    def mapping(self, events: Iterator[Any], path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, events, path)
            inner = (*path, key)
            if key in values:
                self.refuse(
                    event,
                    inner,
                    f"repeats the key '{key}' of line {self.lines[inner]}",
                    "keep one of the two",
                )
            else:
                self.lines[inner] = event.start_mark.line + 1
            values[key] = self.value(next(events), events, inner)
        return values

    def key(self, event: Any, events: Iterator[Any], path: KeyPath) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(event, path, "has a key that is not a plain word", "use a string as key")
            self.value(event, events, (*path, "?"))
            return "?"
        if event.value == "<<" and not event.style:
            self.refuse(event, path, "uses a merge key (<<)", "write the keys out")
        return str(event.value)
