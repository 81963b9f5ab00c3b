"""Exchanges → a shell script of curl commands, in order.

Source: curl's manual, 8.x.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable
from typing import BinaryIO

from replaysandbox.core.capture import Recorded, RecordedRequest
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.request_lines import ANSWER, method_of, told_fields, url_of

_HEAD = b"#!/bin/sh\n# Requests of a capture, in order. They go to the live host, unless a proxy is set.\n"


def write_curl(file: BinaryIO, exchanges: Iterable[Recorded], losses: Losses) -> None:
    """Write each request as a command."""
    file.write(_HEAD)
    for losses.exchange, recorded in enumerate(exchanges, 1):
        losses.note(ANSWER)
        file.write(b"\n" + curl_command(recorded.request, losses).encode("latin-1") + b"\n")


def curl_command(request: RecordedRequest, losses: Losses) -> str:
    """Write a request as one command, each byte one character.

    A body of text is an argument; any other is told in base64, which no shell can spoil.
    """
    body = request.body
    assert isinstance(body, bytes)  # noqa: S101 - whoever reads a capture for a writer gives its bodies as bytes
    method = method_of(request, losses)
    parts = ["curl --globoff --path-as-is", "--head" if method == "HEAD" and not body else f"--request {method}"]
    parts.append(shlex.quote(url_of(request, losses)))
    fields = told_fields(request, losses)
    # without a value curl would leave the field out; a semicolon makes it send an empty one
    parts += [f"--header {shlex.quote(f'{name}: {value}' if value else f'{name};')}" for name, value in fields]
    names = {name.lower() for name, _ in fields}
    if body and "content-type" not in names:
        parts.append("--header 'Content-Type:'")
    parts += [f"--header '{name}:'" for name in ("Accept", "User-Agent") if name.lower() not in names]
    before = ""
    if body and _is_text(body):
        parts.append(f"--data-raw {shlex.quote(body.decode('latin-1'))}")
    elif body:
        before = f"printf %s {base64.b64encode(body).decode()} | base64 -d | "
        parts.append("--data-binary @-")
    return before + " \\\n  ".join(parts)


def _is_text(body: bytes) -> bool:
    """Say whether a body can be an argument: short, UTF-8, and nothing but text."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return len(body) <= 100_000 and all(char.isprintable() or char in "\n\t" for char in text)
