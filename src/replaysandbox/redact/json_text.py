"""JSON as text: only the values that are covered are written anew, all other bytes stay as they are.

It reads piece by piece, so that a body of any length can be covered in windows, and takes what is no JSON (a cut
body, several documents, a log around it) as it comes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from replaysandbox.redact.coordinates import Coordinates, Write
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.names import Meaning, is_neutral, is_plain_word
from replaysandbox.redact.place import is_fine
from replaysandbox.redact.text import cover_shapes, cover_text

LONGEST = 1_000_000
"""Longest string that is held; of a longer one shapes and known values alone are looked for. Ours. [B]"""

DEEPEST = 1000
"""Deepest nesting that is followed; of what lies deeper every string is covered, whatever it is. Ours."""

_TOKEN = re.compile(r"\"[^\"\\]*(?:\\.[^\"\\]*)*\"|-?\d[\d.eE+-]*|[{}\[\]:,]|[^\"{}\[\]:,\d-]+|-", re.DOTALL)
_TO_QUOTE = re.compile(r"[^\"\\]*(?:\\.[^\"\\]*)*", re.DOTALL)
_VALUE_FOLLOWS = re.compile(r"\s*,\s*\"value\"\s*:")
_VALUE_MAY_FOLLOW = re.compile(r"(?=.{0,63}\Z)\s*(?:,\s*(?:\"v?a?l?u?e?\"?\s*)?)?", re.DOTALL)
_OPEN_END = re.compile(r"[-\d.eE+]+$")


@dataclass(slots=True)
class _Frame:
    """One object or array being read. `path` is empty where no rule asks for paths."""

    is_object: bool
    path: tuple[str, ...]
    inherited: Meaning = ""
    key: str = ""
    label: str = ""
    at_key: bool = True


class JsonText:
    """Covers JSON that comes in pieces."""

    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self._stack: list[_Frame] = []
        self._rest = ""
        self._coordinates = Coordinates(cover)
        self._beyond = 0
        self._in_long_string = False

    def feed(self, text: str, *, last: bool) -> str:
        """Cover a piece.

        Args:
            text: The next piece, each letter one byte (latin-1).
            last: Whether it is the last one.

        Returns:
            What is covered for good; the end of a piece is held back until its value is whole.
        """
        text, self._rest = self._rest + text, ""
        parts = self._coordinates.parts
        position = self._skip_long_string(text, parts) if self._in_long_string else 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or (not last and match.end() == len(text) and self._may_go_on(match[0])):
                self._hold(text[position:], parts, last=last)
                break
            if not last and self._may_be_label(match[0]) and _VALUE_MAY_FOLLOW.fullmatch(text, match.end()):
                self._rest = text[position:]
                break
            parts.append(self._token(match[0], text, match.end()))
            position = match.end()
        return self._coordinates.ready(last=last)

    @property
    def waits(self) -> bool:
        """Whether the end of what was fed is not covered yet."""
        return bool(self._rest or self._coordinates.waiting)

    def _may_be_label(self, token: str) -> bool:
        """Tell whether the end of a piece may hide what tells a label from a name."""
        if token[0] != '"' or len(token) >= LONGEST or not self._stack:
            return False
        frame = self._stack[-1]
        return frame.key == "name" and not (frame.is_object and frame.at_key)

    def _may_go_on(self, token: str) -> bool:
        return _OPEN_END.match(token) is not None

    def _hold(self, rest: str, parts: list[str], *, last: bool) -> None:
        """Keep a token that is not whole, or let go of one that is too long or will never be."""
        if last and rest[0] == '"' and (told := self._meaning_of_value()):
            value = rest[1:].rstrip("\\")
            parts.append('"' + self._cover.named(value, told, self._stack[-1].key))
        elif last:
            parts.append(cover_text(rest, self._cover))
        elif len(rest) > LONGEST and rest[0] == '"':
            self._in_long_string = True
            self._skip_long_string(rest, parts, begun=1)
        else:
            self._rest = rest

    def _skip_long_string(self, text: str, parts: list[str], begun: int = 0) -> int:
        """Let a string pass that is too long to hold; returns where it ends, or the end of the text."""
        match = _TO_QUOTE.match(text, begun)
        end = match.end() if match else begun
        if end < len(text) and text[end] == '"':
            self._in_long_string = False
            end += 1
            self._after_value()
        elif end < len(text):  # a lone backslash at the end
            self._rest = text[end:]
        parts.append(cover_shapes(text[:end], self._cover))
        return end if not self._rest else len(text)

    def _token(self, token: str, text: str, end: int) -> str:
        first = token[0]
        if first == '"':
            return self._string(token, text, end)
        if first in "{}[]:,":
            self._punctuate(first)
            return token
        if first.isdigit() or (first == "-" and len(token) > 1):
            return self._number(token)
        return token if self._stack or not token.strip() else cover_text(token, self._cover)

    def _punctuate(self, mark: str) -> None:
        if mark in "{[":
            self._open(is_object=mark == "{")
        elif mark in "}]":
            if self._beyond:
                self._beyond -= 1
            elif self._stack:
                self._coordinates.close(id(self._stack.pop()))
            self._after_value()
        elif self._stack:
            self._stack[-1].at_key = mark == ","

    def _open(self, *, is_object: bool) -> None:
        if len(self._stack) >= DEEPEST:
            self._beyond += 1
            return
        inherited, path = self._meaning_of_value(), self._path()
        above = self._stack[-1] if self._stack else None
        key = above.key if above is not None else ""
        self._stack.append(_Frame(is_object, path, inherited, key))

    def _after_value(self) -> None:
        if self._stack and self._stack[-1].is_object:
            self._stack[-1].at_key = True

    def _path(self) -> tuple[str, ...]:
        if not self._cover.rules.json or not self._stack:
            return ()
        frame = self._stack[-1]
        return (*frame.path, frame.key if frame.is_object else "*")

    def _meaning_of_value(self) -> Meaning:
        """Say what the value now begun is: by its key, or by what it lies in."""
        if not self._stack:
            return ""
        frame, rules = self._stack[-1], self._cover.rules
        if not frame.is_object:
            own = rules.of_key("", self._path()) if rules.json else ""
            return own or frame.inherited
        if frame.label and frame.key == "value":
            return rules.of_header(frame.label)
        own = rules.of_key(frame.key, self._path())
        if own or not frame.inherited or is_neutral(frame.key) or frame.key in rules.keep:
            return own
        return frame.inherited

    def _string(self, token: str, text: str, end: int) -> str:
        value = _read(token)
        if self._beyond:
            return self._written(token, value, self._cover.value(value, "nested too deep"))
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.is_object and frame.at_key:
            frame.key = value
            return self._written(token, value, cover_shapes(value, self._cover))
        told = self._meaning_of_value()
        if frame is not None and frame.key == "name" and _VALUE_FOLLOWS.match(text, end):
            frame.label = value
            return token
        if told == "place" and frame is not None and is_fine(value):
            return self._place(value, frame, lambda moved: self._written(token, value, moved))
        if told and not is_plain_word(frame.key if frame else "", value):
            return self._written(token, value, self._cover.named(value, told, frame.key if frame else ""))
        return self._written(token, value, self._plain(value))

    def _plain(self, value: str) -> str:
        """Cover a string of which its key says nothing: another JSON in it, a URL, a text."""
        if len(value) < 5:
            return value
        start = value[:1]
        if start in ("{", "[") and value.rstrip()[-1:] in ("}", "]"):
            return cover_json(value, self._cover)
        if "=" in value or ": " in value:
            return cover_text(value, self._cover)
        return cover_shapes(value, self._cover)

    def _written(self, token: str, value: str, covered: str) -> str:
        if covered == value:
            return token
        ascii_only = token.isascii()
        written = json.dumps(covered, ensure_ascii=ascii_only)
        if "\\/" in token:
            written = written.replace("/", "\\/")
        return written.encode("utf-8", "surrogatepass").decode("latin-1")

    def _number(self, token: str) -> str:
        told = self._meaning_of_value()
        if not told:
            return token
        frame = self._stack[-1]
        if told == "place":
            return self._place(token, frame, str)
        return self._cover.named(token, told, frame.key, number=True)

    def _place(self, value: str, frame: _Frame, write: Write) -> str:
        in_object = frame.is_object
        return self._coordinates.take(value, frame.key, id(frame), in_object=in_object, write=write)


def _read(token: str) -> str:
    """Read a string's token: latin-1 letters that are UTF-8 bytes."""
    inner = token[1:-1]
    if "\\" not in inner and inner.isascii():
        return inner
    try:
        inner = inner.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return inner
    if "\\" not in inner:
        return inner
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return inner


def cover_json(text: str, cover: Cover) -> str:
    """Cover a whole JSON text."""
    data = text.encode("utf-8", "surrogatepass").decode("latin-1")
    covered = JsonText(cover).feed(data, last=True)
    return text if covered == data else covered.encode("latin-1").decode("utf-8", "surrogatepass")
