"""Large JSON documents, one member of a list at a time; and what is wrong with one, told as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

import ijson
from ijson.backends import python

from replaysandbox.core.errors import Problem, SandboxError

MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a member of an unexpected shape ends in."""


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file after its byte order mark.

    Raises:
        SandboxError: It cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise SandboxError(Problem(str(path), 0, "", f"cannot be read: {error.strerror}")) from error
    with file:
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
        except (ijson.JSONError, OverflowError) as error:
            raise broken(path, place, number + 1, f"is no JSON: {str(error).splitlines()[0]}") from None


def _parsed(path: Path, place: str, backend: Any) -> Iterator[Any]:
    with opened(path) as file:
        yield from backend.items(file, f"{place}.item", use_float=True)


def top_keys(path: Path) -> Iterator[str]:
    """Read the keys of a document's outermost object as far as it is JSON."""
    with opened(path) as file:
        try:
            for prefix, event, value in ijson.parse(file):
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
