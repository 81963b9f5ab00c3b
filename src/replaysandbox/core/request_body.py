"""The body of a request, read as what its content type says: JSON, a form, or what nobody looks into."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from replaysandbox.core.exchange import Request, header
from replaysandbox.core.json_body import BadBody, read_json

_OPAQUE = ("multipart/", "image/", "audio/", "video/", "application/octet-stream", "application/xml", "text/xml")
"""Content types whose bodies no template looks into. Ours."""


def read_body(request: Request) -> Any | BadBody:
    """Read the body of a write: JSON, or a form where the client says so and it does not look like JSON.

    Files and parts of many are let pass unread; what is no JSON with DELETE, where bodies mean little, counts as none.
    """
    if request.method in ("GET", "HEAD") or not request.body or _is_opaque(request):
        return None
    if _is_form(request):
        try:
            return dict(parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=1000))
        except ValueError:
            return BadBody("is no form")
    body = read_json(request.body)
    return None if isinstance(body, BadBody) and request.method == "DELETE" else body


def is_unread(request: Request) -> bool:
    """Tell whether a body is none that a contract's schema of JSON says anything of."""
    return _is_form(request) or _is_opaque(request)


def _is_form(request: Request) -> bool:
    return _kind(request) == "application/x-www-form-urlencoded" and request.body.lstrip()[:1] not in (b"{", b"[")


def _is_opaque(request: Request) -> bool:
    return _kind(request).startswith(_OPAQUE)


def _kind(request: Request) -> str:
    return (header(request.headers, "content-type") or "").partition(";")[0].strip().lower()
