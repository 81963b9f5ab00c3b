"""Who may speak to the control API: default deny, before any route is looked at.

Any page in the browser can send requests to a loopback port, and DNS rebinding makes them same-origin. So
each request needs our token, our own name in `Host`, and no foreign `Origin`; bodies must be JSON by their
content type, which a page cannot send without asking first, and nobody here answers that question.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN_PATH = "/v1/ready"
"""The one path without a token: it tells no more than that somebody listens."""

BODY_LIMIT = 65_536
"""Largest request body; the largest we define is a few hundred bytes. Ours. [bytes]"""

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request is not let in."""

    status: int
    code: str
    message: str


def refusal(status: int, code: str, message: str, **headers: str) -> JSONResponse:
    """Make an answer that says no: the same shape as our answers on the proxy's port."""
    return JSONResponse({"sandbox": {"error": code, "message": message}}, status, headers)


def denial(method: str, path: str, headers: Iterable[tuple[bytes, bytes]], token: str, port: int) -> Denial | None:
    """Decide whether a request may come in.

    Args:
        method: HTTP method.
        path: Path, decoded.
        headers: Header fields with lower-case names, as ASGI gives them.
        token: The token that is right.
        port: The port we listen on.

    Returns:
        None when it may, else why not.
    """
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    ours = {f"{name}:{port}" for name in _LOOPBACK_NAMES}
    if len(fields.get("host", ())) != 1 or fields["host"][0].lower() not in ours:
        return Denial(421, "wrong_host", f"the Host header must be 127.0.0.1:{port}")
    if any(origin.lower() not in {f"http://{name}" for name in ours} for origin in fields.get("origin", ())):
        return Denial(403, "foreign_origin", "requests from web pages of other origins are not answered")
    if not (method == "GET" and path == OPEN_PATH) and not _has_token(fields.get("authorization", []), token):
        return Denial(401, "no_token", "send Authorization: Bearer TOKEN; `replaysandbox env` prints the token")
    return _body_denial(method, fields)


def _has_token(given: list[str], token: str) -> bool:
    scheme, _, value = (given[0] if len(given) == 1 else "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode(), token.encode())


def _body_denial(method: str, fields: dict[str, list[str]]) -> Denial | None:
    length = fields.get("content-length", ["0"])[0]
    has_body = length != "0" or "transfer-encoding" in fields
    if "transfer-encoding" in fields or not length.isdigit() or int(length) > BODY_LIMIT:
        return Denial(413, "body_too_large", f"a body needs a Content-Length of at most {BODY_LIMIT}")
    kind = fields.get("content-type", [""])[0].partition(";")[0].strip().lower()
    if method in _CHANGING and has_body and kind != "application/json":
        return Denial(415, "not_json", "bodies are JSON: Content-Type: application/json")
    return None


class Guard:
    """ASGI middleware around everything: asks `denial`, and answers in its place."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self.token = token
        self.port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or say why not."""
        if scope["type"] != "http":
            return  # no lifespan, no WebSocket
        raw: list[tuple[bytes, bytes]] = scope["headers"]
        found = denial(scope["method"], scope["path"], raw, self.token, self.port)
        if found is None:
            await self.app(scope, receive, send)
            return
        more: dict[str, Any] = {"WWW-Authenticate": "Bearer"} if found.status == 401 else {}
        await refusal(found.status, found.code, found.message, **more)(scope, receive, send)
