"""What WireMock mappings and Hoverfly simulations share: answers for requests described by patterns.

A capture holds exact requests. Of a pattern that means one exact value, that is taken; any other is left out
where it is a condition among several, and with it the whole stub where nobody could tell what to ask for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.foreign.json_stream import opened

SIZE_LIMIT = 64_000_000
"""Largest file of stubs we read; it is kept in memory whole. Ours. [B]"""

FILE_LIMIT = 100_000_000
"""Largest body that a stub may have in a file of its own: as large as a capture's may be. Ours. [B]"""


class UnclearError(ValueError):
    """Nobody could tell which request a stub answers; the text says why."""


def read_json(path: Path) -> Any:
    """Read a JSON file whole.

    Raises:
        SandboxError: It cannot be read, is too large, or is no JSON.
    """
    with opened(path) as file:
        text = file.read(SIZE_LIMIT + 1)
    if len(text) > SIZE_LIMIT:
        raise SandboxError(Problem(str(path), 0, "", f"is larger than {SIZE_LIMIT} bytes", "convert it in parts"))
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SandboxError(Problem(str(path), error.lineno, "", f"is no JSON: {error.msg}")) from None


def body_file(root: Path, name: str) -> bytes:
    """Read a body from a file that a stub names; never one outside its folder, nor through a link out of it.

    Raises:
        ValueError: It is outside, missing or too large.
    """
    # Hoverfly's CVE-2024-45388 was a name with `..` in it
    try:
        file = (root / name).resolve(strict=True)
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            raise ValueError("its body's file is outside the folder of bodies")
        if file.stat().st_size > FILE_LIMIT:
            raise ValueError(f"its body's file is larger than {FILE_LIMIT} bytes")
        return file.read_bytes()
    except OSError as error:
        raise ValueError(f"its body's file cannot be read: {error.strerror}") from None


def pairs(query: list[tuple[str, str]]) -> str:
    """Write a query string."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
