"""Exchanges → an `.http` file, as editors (JetBrains, Visual Studio Code) send requests from.

Source: JetBrains' "HTTP request in Editor" specification; Visual Studio Code's REST Client, its README.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO

from replaysandbox.core.capture import Recorded, RecordedRequest
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.request_lines import ANSWER, method_of, told_fields, url_of

_MEANING = re.compile(r"^\s*(###|<|>|//|#|@)|\{\{", re.MULTILINE)
"""What an editor would take for its own: the next request, a file to read, a script to run, a variable."""


def write_http(file: BinaryIO, exchanges: Iterable[Recorded], losses: Losses) -> None:
    """Write each request."""
    for losses.exchange, recorded in enumerate(exchanges, 1):
        losses.note(ANSWER)
        file.write(f"### {losses.exchange}\n{http_request(recorded.request, losses)}\n".encode())


def http_request(request: RecordedRequest, losses: Losses) -> str:
    """Write a request; what the format would take for its own is left out."""
    version = " HTTP/2" if request.http_version.startswith("HTTP/2") else ""
    lines = [f"{method_of(request, losses)} {url_of(request, losses)}{version}"]
    for name, value in told_fields(request, losses):
        if "{{" in value:
            losses.note("a header field with {{ in it, which an editor takes for a variable")
        else:
            lines.append(f"{name}: {value}")
    return "\n".join(lines) + "\n" + _body(request, losses)


def _body(request: RecordedRequest, losses: Losses) -> str:
    if not request.body:
        return ""
    try:
        text = request.body.decode() if isinstance(request.body, bytes) else ""
    except UnicodeDecodeError:
        text = ""
    if not text or "\0" in text or "\r" in text or text != text.strip("\n"):
        losses.note("a request's body that is no plain text")
        return ""
    if _MEANING.search(text):
        losses.note("a request's body that an editor would take for something else")
        return ""
    return f"\n{text}\n"
