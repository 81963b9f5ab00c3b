"""From what other formats write down to what was on the wire: URLs, header fields, bodies, instants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.coding import CodingError, codings_of, decoded, encoded

MOST_FIELDS = 2000
"""More header fields than this have no message; aliases could make any number of them. Ours."""

_URL = re.compile(
    r"(https?)://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::(\d{1,5}))?([^?#]*)(?:\?([^#]*))?(?:#.*)?",
    re.DOTALL | re.IGNORECASE,
)
_VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F))
_CHARSET = re.compile(r'charset="?([\w.:-]{1,40})', re.IGNORECASE)
_VERSIONS = {"h2": "HTTP/2.0", "http/2": "HTTP/2.0", "h3": "HTTP/3", "http/3.0": "HTTP/3"}


def request_to(method: str, url: str, headers: Headers = (), body: bytes = b"", version: str = "") -> RecordedRequest:
    """Make a request to a URL; what a browser would encode in it is percent-encoded, a fragment is left out.

    Raises:
        ValueError: It is no http or https URL.
    """
    parts = _URL.fullmatch(text(url))
    if parts is None or int(parts[3] or 1) not in range(1, 65536):
        raise ValueError(f"{url[:80]!r} is no http or https URL")
    scheme, host, port, path, query = parts.groups()
    scheme = scheme.lower()
    body = wire_body(body, headers)
    if not host.isascii():
        host = host.encode("idna").decode()
    return RecordedRequest(
        method=text(method),
        scheme=scheme,
        host=host.strip("[]").lower(),
        port=int(port) if port else 443 if scheme == "https" else 80,
        path=quote(path, safe=_VISIBLE) or "/",
        query=quote(query or "", safe=_VISIBLE),
        headers=fitting(headers, body) if body else headers,
        body=body,
        http_version=http_version(version),
    )


def http_version(said: str) -> str:
    """Spell a version as captures do."""
    return _VERSIONS.get(said.lower(), said.upper()) or "HTTP/1.1"


def wire_text(value: str) -> str:
    """Write text as header fields hold it: each byte one character; what does not fit becomes UTF-8."""
    return value if all(char <= "\xff" for char in value) else value.encode().decode("latin-1")


def fields(pairs: Iterable[tuple[Any, Any]]) -> Headers:
    """Make header fields: HTTP/2's own are left out, a value of several lines was several fields.

    Raises:
        TypeError: One of them is no text.
        ValueError: There are too many.
    """
    made: list[tuple[str, str]] = []
    for name, value in pairs:
        if not text(name).startswith(":"):
            made += [(wire_text(name), wire_text(line)) for line in text(value).replace("\r", "").split("\n")]
        if len(made) > MOST_FIELDS:
            raise ValueError(f"it has more than {MOST_FIELDS} header fields")
    return tuple(made)


def fields_of(mapping: Mapping[str, Any] | None) -> Headers:
    """Make header fields of a mapping from names to a value or a list of values."""
    return fields(
        (name, value)
        for name, values in table(mapping or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )


def content_bytes(content: str, content_type: str) -> bytes:
    """Encode a body's text as its type says, or else as UTF-8."""
    said = _CHARSET.search(content_type)
    if said is not None:
        try:
            return content.encode(said.group(1))
        except (LookupError, UnicodeEncodeError):
            pass
    try:
        return content.encode("utf-8", "surrogateescape")  # as Python, and so mitmproxy, writes bytes that are no UTF-8
    except UnicodeEncodeError:
        return content.encode("utf-8", "surrogatepass")


def wire_body(content: bytes, headers: Headers) -> bytes:
    """Put a body into its content coding again, unless it still is in it."""
    try:
        codings = codings_of(header(headers, "content-encoding") or "")
    except CodingError:
        return content
    if not codings or not content:
        return content
    try:
        decoded(content, codings)
    except CodingError:
        return encoded(content, codings)
    return content


def fitting(headers: Headers, body: bytes, method: str = "", status: int = 0) -> Headers:
    """Let `Content-Length`, where there is one, be that of the body. Answers without a body keep theirs."""
    if method == "HEAD" or status == 304:
        return headers
    return tuple((name, str(len(body)) if name.lower() == "content-length" else value) for name, value in headers)


def instant(said: Any, headers: Headers, path: Path) -> datetime:
    """Find when an exchange was: as said, else as the answer's `Date`, else when the file was last changed."""
    if isinstance(said, str):
        try:
            at = datetime.fromisoformat(said)
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return _http_date(said) or instant(None, headers, path)
    date = header(headers, "date")
    return (_http_date(date) if date else None) or datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _http_date(said: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(said)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def text(value: Any) -> str:
    """Give what must be text.

    Raises:
        TypeError: It is none. Its value is not told: it may be large, or secret.
    """
    if type(value) is not str:
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value


def table(value: Any) -> dict[str, Any]:
    """Give what must be an object.

    Raises:
        TypeError: It is none.
    """
    if type(value) is not dict:
        raise TypeError(f"{type(value).__name__} where an object belongs")
    return value


def whole(value: Any) -> int:
    """Give what must be a whole number, or a text of one.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, str) and len(value) > 18):
        raise ValueError(f"{type(value).__name__} where a whole number belongs")
    return int(value)
