"""What the answers of one operation look like, added up: fields, types, numbers, words, instants, headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from replaysandbox.core.exchange import Headers
from replaysandbox.core.pointers import joined

MOST_NUMBERS: Final = 2_000
"""Numbers of one field that are kept; the first ones. Ours."""

MOST_POLLS: Final = 500
"""Answers to one question of which instants are kept; the first ones. Ours."""

MOST_POLLED: Final = 1_000
"""Questions of which they are kept. Ours: one that names a range of time is asked once."""

MOST_WORDS: Final = 30
"""Different texts of one field that are kept; a field with more is no word of a list. Ours."""

_BY_NATURE: Final = re.compile(
    r"(?i)date|content-length|connection|keep-alive|server|via|age|etag|x-sandbox.*|.*request-?id|.*trace.*|cf-.*|"
    r"transfer-encoding|content-encoding|vary|set-cookie|.*-ray|x-amz.*|x-cache.*|strict-transport-security|alt-svc"
)
"""Headers that say nothing of the API. Ours, from what CDNs and servers add."""

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|z|[+-]\d\d:?\d\d)?")


@dataclass(slots=True)
class Field:
    """One field of the answers, wherever it stands in a list.

    Attributes:
        seen: How often it was there.
        kinds: JSON types it had → how often.
        numbers: Numbers it held.
        digits: Most digits after the point.
        words: Texts it held → how often; emptied for good once there are too many.
        zones: How its instants say their zone: `Z`, `+00:00`, `none`.
        offsets_s: Its instants less that of the exchange. [s]
        signs: Neighbouring word → signs of the number beside it → how often.
    """

    seen: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    numbers: list[float] = field(default_factory=list)
    digits: int = 0
    words: Counter[str] | None = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    offsets_s: list[float] = field(default_factory=list)
    signs: dict[str, Counter[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Profile:
    """The answers of one operation with one status.

    Attributes:
        answers: How many there were.
        fields: JSON pointer with `*` → field.
        headers: Header, lower case → how many answers had it.
        polls: Pointer and what was asked → the different instants it said, and in how many answers.
    """

    answers: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    headers: Counter[str] = field(default_factory=Counter)
    polls: dict[tuple[str, str], tuple[set[str], int]] = field(default_factory=dict)

    def add(self, body: Any, headers: Headers, at: datetime, about: str = "") -> None:
        """Add one answer.

        Args:
            body: Its JSON value; None where there is none.
            headers: Its header fields.
            at: Instant of the exchange.
            about: What was asked for, to tell devices apart: path and query.
        """
        self.answers += 1
        self.headers.update({name.lower() for name, _ in headers if not _BY_NATURE.fullmatch(name)})
        self._walk(body, "", at, about)

    def _walk(self, value: Any, pointer: str, at: datetime, about: str) -> None:
        self._note(value, pointer, at, about)
        if isinstance(value, Mapping):
            for key, inner in value.items():
                self._walk(inner, joined(pointer, key), at, about)
            self._signs(value, pointer)
        elif isinstance(value, list):
            for inner in value[:200]:
                self._walk(inner, f"{pointer}/*", at, about)

    def _note(self, value: Any, pointer: str, at: datetime, about: str) -> None:
        found = self.fields.setdefault(pointer, Field())
        found.seen += 1
        kind = kind_of(value)
        found.kinds[kind] += 1
        if kind == "number" and len(found.numbers) < MOST_NUMBERS:
            found.numbers.append(float(value))
            text = repr(value)
            found.digits = max(found.digits, len(text.partition(".")[2]) if "." in text and "e" not in text else 0)
        elif kind == "string":
            self._text(found, value, pointer, at, about)

    def _text(self, found: Field, value: str, pointer: str, at: datetime, about: str) -> None:
        if found.words is not None:
            found.words[value[:80]] += 1
            if len(found.words) > MOST_WORDS:
                found.words = None
        match = _INSTANT.fullmatch(value)
        if match is None:
            return
        found.zones[match[3] or "none"] += 1
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            return
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
        if len(found.offsets_s) < MOST_NUMBERS:
            found.offsets_s.append((instant - at).total_seconds())
        if "*" not in pointer:
            self._poll(value, pointer, about)

    def _poll(self, value: str, pointer: str, about: str) -> None:
        """Count what an instant that is asked for again says, of the first times and the first questions."""
        values, polls = self.polls.get((pointer, about), (set(), 0))
        if polls < MOST_POLLS and (polls or len(self.polls) < MOST_POLLED):
            values.add(value)
            self.polls[pointer, about] = (values, polls + 1)

    def _signs(self, value: Mapping[str, Any], pointer: str) -> None:
        """Note which signs numbers have beside which words: `status: charging` → `chargeRate` > 0."""
        words = [
            (key, str(each)) for key, each in value.items() if isinstance(each, str | bool) and len(str(each)) < 40
        ]
        for key, number in value.items():
            if kind_of(number) == "number" and number:
                signs = self.fields[joined(pointer, key)].signs
                for name, text in words[:8]:
                    if len(signs) < 100 or f"{name}={text}" in signs:
                        signs.setdefault(f"{name}={text}", Counter())[1 if number > 0 else -1] += 1


def kind_of(value: Any) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
