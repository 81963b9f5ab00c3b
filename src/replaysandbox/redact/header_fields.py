"""Header fields: credentials, cookies, addresses of a client, URLs; and what any other field may give away."""

from __future__ import annotations

import base64
import binascii
import re

from replaysandbox.core.exchange import Headers
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.shapes import is_dense
from replaysandbox.redact.text import cover_shapes, cover_text
from replaysandbox.redact.urls import cover_url

_URLS = frozenset(
    ("location", "referer", "content-location", "origin", "link", "refresh", "x-original-url", "x-forwarded-uri")
)
_CREDENTIALS = frozenset(("authorization", "proxy-authorization", "authentication"))
_ADDRESSES = frozenset(
    ("x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip", "x-client-ip")
)
_PLAIN = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "age",
        "allow",
        "alt-svc",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "date",
        "etag",
        "expect",
        "expires",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "pragma",
        "range",
        "retry-after",
        "server",
        "strict-transport-security",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "vary",
        "via",
        "www-authenticate",
        "proxy-authenticate",
    ]
)
"""Fields that say nothing of a person or a key; only what was seen elsewhere is looked for in them."""

_NAMES_A_CALL = re.compile(
    r"request|trace|correlation|span|cf-ray|amz-cf|etag|nonce|idempotency|digest|content|sandbox"
)
# names are looked for where they can begin only: from each letter of a long one without `=` it would take minutes
_PAIR = re.compile(r"(?:^|(?<=[=;,\s]))(?P<name>[^=;,\s]+)=(?P<value>\"[^\"]*\"|[^;,]*)")
_COOKIE = re.compile(r"(?:^|(?<=;))(?P<name>[^=;]+)=(?P<value>[^;]*)")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9-]*)(?P<blank> +)(?P<rest>.+)", re.DOTALL)


def cover_headers(headers: Headers, cover: Cover, side: str) -> Headers:
    """Cover the values of header fields, in order; names stay.

    Args:
        headers: Header fields; each letter is one byte.
        cover: What covers.
        side: `request` or `response`.
    """
    return tuple((name, _covered(name, value, cover, side)) for name, value in headers)


def _covered(name: str, value: str, cover: Cover, side: str) -> str:
    cover.place = f"{side} header {name.lower()}"
    text = _read(value)
    covered = _field(name.lower(), text, cover)
    return value if covered == text else covered.encode("utf-8", "surrogateescape").decode("latin-1")


def _read(value: str) -> str:
    return value.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def _field(name: str, value: str, cover: Cover) -> str:
    if name in cover.rules.keep or not value.strip():
        return value
    if name in ("cookie", "set-cookie"):
        return _cookies(value, cover, only_first=name == "set-cookie")
    if name in _CREDENTIALS:
        return cover_credentials(value, cover, name)
    if name in _ADDRESSES:
        return re.sub(r"[0-9a-fA-F.:]{3,}", lambda hit: cover.value(hit[0], f"personal {name}"), value)
    if name in _URLS:
        return cover_url(value, cover)
    plain = name in _PLAIN or name.startswith("access-control-")  # CORS: says who may read, to nobody a secret
    return value if plain else _other(name, value, cover)


def _other(name: str, value: str, cover: Cover) -> str:
    told = cover.rules.of_header(name)
    if told:
        return cover_credentials(value, cover, name) if told == "secret" else cover.named(value, told, name)
    if name.startswith("x-") and is_dense(value) and not _NAMES_A_CALL.search(name):
        return cover.value(value, "reads like a key")
    return cover_text(value, cover) if "=" in value else cover_shapes(value, cover)


def _cookies(value: str, cover: Cover, *, only_first: bool) -> str:
    def covered(match: re.Match[str]) -> str:
        value = match["value"]
        inner = value.strip('"')
        if not inner:
            return match[0]
        return f"{match['name']}={value.replace(inner, cover.value(inner, f'cookie {match["name"].strip()}'))}"

    return _COOKIE.sub(covered, value, count=1 if only_first else 0)


def cover_credentials(value: str, cover: Cover, name: str) -> str:
    """Cover a field that holds a credential: its scheme stays, `user:password` of Basic is covered in its parts."""
    match = _SCHEME.fullmatch(value)
    if match is None:
        return cover.value(value, f"secret {name}")
    scheme, rest = match["scheme"].lower(), match["rest"]
    start = match["scheme"] + match["blank"]
    if scheme == "basic":
        return start + _basic(rest, cover, name)
    if _PAIR.match(rest) and scheme not in ("bearer", "token"):
        return start + _PAIR.sub(lambda pair: _parameter(pair, cover, name), rest)
    return start + cover.value(rest, f"secret {name}")


def _parameter(pair: re.Match[str], cover: Cover, name: str) -> str:
    if pair["name"].lower() in ("realm", "algorithm", "qop", "nc", "signedheaders", "uri"):
        return pair[0]
    value = pair["value"]
    inner = value.strip('"')
    return f"{pair['name']}={value.replace(inner, cover.value(inner, f'secret {name}'))}" if inner else pair[0]


def _basic(encoded: str, cover: Cover, name: str) -> str:
    """Cover `user:password`. Source: RFC 7617, 2."""
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return cover.value(encoded, f"secret {name}")
    parts = [cover.value(part, f"secret {name}") if part else "" for part in (user, password)]
    return base64.b64encode(f"{parts[0]}{colon}{parts[1]}".encode()).decode()
