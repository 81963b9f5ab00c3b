"""Whose call is this: the credential a pack asks for, found and judged. Any of the right shape is accepted."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from replaysandbox.core.exchange import Request, header
from replaysandbox.core.pack import Credential, Pack, Route
from replaysandbox.core.tokens import holder_of, issued_at


def find_credential(pack: Pack, request: Request) -> str | None:
    """Find the key of a request in the first place of the pack's that holds one; None where there is none."""
    return find_in(pack.credentials, request)


def find_in(places: Sequence[Credential], request: Request) -> str | None:
    """Find the key of a request in the first of some places that holds one; None where none does."""
    for place in places:
        key = _in_place(place, request)
        if key:
            return key
    return None


def caller_of(pack: Pack, request: Request) -> str:
    """Tell who makes a request, by the places where the pack's keys are; empty where nobody says."""
    return known_as(pack, find_credential(pack, request) or "")


def known_as(pack: Pack, key: str) -> str:
    """Tell whom a key stands for: itself, or, as tokens come and go, whom a token was issued to."""
    holder = holder_of(pack.name, "access", key.removeprefix(pack.oauth.prefix)) if pack.oauth else None
    return key if holder is None else f"holder {holder}"


def _in_place(place: Credential, request: Request) -> str:
    if place.place == "query":
        return dict(parse_qsl(request.query)).get(place.name, "").strip()
    value = (header(request.headers, place.name) or "").strip()
    scheme, _, rest = value.partition(" ")
    if place.scheme.lower() == "basic":
        return basic_pair(rest.strip()) if scheme.lower() == "basic" else ""
    return rest.strip() if place.scheme and scheme.lower() == place.scheme.lower() else value


def basic_pair(text: str) -> str:
    """Read `name:password` out of Basic credentials; empty where they are none.

    Source: RFC 7617, section 2.
    """
    try:
        pair = b64decode(text, validate=True).decode("utf-8")
    except (NotBase64, UnicodeDecodeError, ValueError):
        return ""
    return pair if ":" in pair else ""


def credential_error(pack: Pack, key: str | None) -> str:
    """Judge a key by its shape.

    Returns:
        Name of the pack's error it is answered with, or empty where it is accepted.
    """
    if not pack.credentials:
        return ""
    if key is None:
        return "missing_credential"
    ruled = _ruled(pack, key)
    if ruled is not None:
        return ruled
    return "invalid_credential" if pack.keys or pack.oauth else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of a caller.

    Attributes:
        error: Name of the pack's error it is answered with, or empty where it is accepted.
        until: Instant from which its token is `expired_token`, or None where nothing expires.
    """

    error: str = ""
    until: datetime | None = None


ACCEPTED = Judged()


def judge_caller(pack: Pack, route: Route, request: Request) -> Judged:
    """Judge whether a caller may use a route, whenever that is.

    Args:
        pack: The pack.
        route: The route; where it names places of its own, any key there does that no rule refuses.
        request: The request.
    """
    if route.credentials is not None:
        key = find_in(route.credentials, request)
        if key is None:
            return Judged("missing_credential" if route.credentials else "")
        return Judged(_ruled(pack, key) or "")
    key = find_credential(pack, request)
    if key is not None and pack.oauth is not None and key.startswith(pack.oauth.prefix):
        issued = issued_at(pack.name, "access", key.removeprefix(pack.oauth.prefix))
        if issued is not None:
            return Judged("", issued + timedelta(seconds=pack.oauth.access_s))
    return Judged(credential_error(pack, key))


def caller_error_at(judged: Judged, at: datetime) -> str:
    """Tell the error a caller is answered with at an instant; empty where it is accepted."""
    return "expired_token" if judged.until is not None and at >= judged.until else judged.error


def _ruled(pack: Pack, key: str) -> str | None:
    """Tell what the pack's rules say of a key; None where none of them means it."""
    for rule in pack.keys:
        if any(key.startswith(prefix) and (rule.error or key != prefix) for prefix in rule.prefixes):
            return rule.error
    return None
