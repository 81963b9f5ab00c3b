"""What curl commands and `.http` files share: the requests of exchanges, without their answers."""

from __future__ import annotations

import re

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.exchange import Headers
from replaysandbox.files.foreign.losses import Losses

ANSWER = "the answer: the format holds requests alone"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN = {
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
}
"""Fields that whoever sends the request makes anew."""


def told_fields(request: RecordedRequest, losses: Losses) -> Headers:
    """Choose the header fields that a request is told with.

    A name that is none, or a control character in a value, is left out: a name beginning with `@` would have curl
    read a file.
    """
    told: list[tuple[str, str]] = []
    for name, value in request.headers:
        if name.lower() in _OWN or (name.lower() == "host" and value.lower() in _places(request)):
            continue
        if not _TOKEN.fullmatch(name) or not value.isprintable():
            losses.note("a header field with characters that no field may have")
            continue
        told.append((name, value))
    return tuple(told)


def method_of(request: RecordedRequest, losses: Losses) -> str:
    """Give the method, where it is one: it must not become part of another line or option."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", request.method):
        return request.method
    losses.note("a method that is none, written as GET")
    return "GET"


def url_of(request: RecordedRequest, losses: Losses) -> str:
    """Give the URL with what shells and templates would take for theirs percent-encoded."""
    url = request.url
    if request.path == "*":
        losses.note("the target * of OPTIONS, written as /")
        url = url.replace("*", "/", 1)
    return "".join(char if "!" <= char <= "~" and char not in '{}"<>\\^`|' else f"%{ord(char):02X}" for char in url)


def _places(request: RecordedRequest) -> set[str]:
    host = f"[{request.host}]" if ":" in request.host else request.host
    return {host, f"{host}:{request.port}"}
