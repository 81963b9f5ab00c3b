"""Large JSON documents, one member of a list at a time; and what is wrong with one, told as ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

import ijson
from ijson.backends import python

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.plain_file import open_plain

MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a member of an unexpected shape ends in."""

DEEPEST = 256
"""Deepest nesting that is read. Ours: each level remembers the keys above it, so depth and key length bound memory."""

LONGEST_KEY = 4096
"""Longest key that is read. Ours. [characters]"""


class _BeyondError(ValueError):
    """A document is nested too deep, or has a key that is too long; the text says which."""


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file after its byte order mark.

    Raises:
        SandboxError: It cannot be read.
    """
    with open_plain(path) as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        yield file


def items(path: Path, place: str) -> Iterator[Any]:
    """Read the members of a list inside a document; no more than one is kept.

    Args:
        path: The file.
        place: Where the list is: `log.entries`.

    Raises:
        SandboxError: It cannot be read, or is no JSON.
    """
    number = 0
    for backend in (ijson, python):
        try:
            for item in islice(_parsed(path, place, backend), number, None):
                number += 1
                yield item
            return
        except UnicodeDecodeError:
            # half a surrogate pair, as mitmproxy writes bytes that are no UTF-8: the C parser cannot give it, the
            # slow one can
            if backend is python:
                raise broken(path, place, number + 1, "is no UTF-8") from None
        except _BeyondError as error:
            raise broken(path, place, number + 1, str(error)) from None
        except (ijson.JSONError, OverflowError) as error:
            raise broken(path, place, number + 1, f"is no JSON: {str(error).splitlines()[0]}") from None


def _parsed(path: Path, place: str, backend: Any) -> Iterator[Any]:
    with opened(path) as file:
        events = _bounded(backend.basic_parse(file, use_float=True))
        yield from backend.items(backend.parse(events), f"{place}.item")


def _bounded(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for event in events:
        kind = event[0]
        if kind in ("start_map", "start_array"):
            depth += 1
            if depth > DEEPEST:
                raise _BeyondError(f"is nested deeper than {DEEPEST} levels")
        elif kind in ("end_map", "end_array"):
            depth -= 1
        elif kind == "map_key" and len(event[1]) > LONGEST_KEY:
            raise _BeyondError(f"has a key that is longer than {LONGEST_KEY} characters")
        yield event


def top_keys(path: Path) -> Iterator[str]:
    """Read the keys of a document's outermost object as far as it is JSON."""
    with opened(path) as file:
        try:
            for prefix, event, value in ijson.parse(_bounded(ijson.basic_parse(file))):
                if prefix == "" and event == "map_key":
                    yield value
        except (ijson.JSONError, UnicodeDecodeError, ValueError):
            return


def broken(path: Path, place: str, number: int, reason: str, line: int = 0) -> SandboxError:
    """Say that one exchange of a file is not as its format wants it, numbers from 1."""
    hint = "what came before it is fine: mend this one, or take it out"
    return SandboxError(
        Problem(str(path), line, f"{place}.{number - 1}" if place else "", reason, hint if number > 1 else "")
    )


def why(error: Exception) -> str:
    """Tell the error that a malformed member ended in."""
    return f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
