"""Whose call is this: the credential a pack asks for, found and judged. Any of the right shape is accepted."""

from __future__ import annotations

from urllib.parse import parse_qsl

from replaysandbox.core.exchange import Request, header
from replaysandbox.core.pack import Credential, Pack


def find_credential(pack: Pack, request: Request) -> str | None:
    """Find the key of a request in the first place of the pack's that holds one; None where there is none."""
    for place in pack.credentials:
        key = _in_place(place, request)
        if key:
            return key
    return None


def _in_place(place: Credential, request: Request) -> str:
    if place.place == "query":
        return dict(parse_qsl(request.query)).get(place.name, "").strip()
    value = (header(request.headers, place.name) or "").strip()
    scheme, _, rest = value.partition(" ")
    return rest.strip() if place.scheme and scheme.lower() == place.scheme.lower() else value


def credential_error(pack: Pack, key: str | None) -> str:
    """Judge a key by its shape.

    Returns:
        Name of the pack's error it is answered with, or empty where it is accepted.
    """
    if not pack.credentials:
        return ""
    if key is None:
        return "missing_credential"
    for rule in pack.keys:
        if any(key.startswith(prefix) and (rule.error or key != prefix) for prefix in rule.prefixes):
            return rule.error
    return "invalid_credential" if pack.keys else ""
