"""Security schemes of a contract → credentials and OAuth words of a pack."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from replaysandbox.core.contract import ContractOperation
from replaysandbox.core.pointers import followed, joined, value_at
from replaysandbox.core.urls import url_parts

KEY: Final = "sk_test_demo"
"""The key of examples, as everywhere in the product."""

_GRANTS: Final = {
    "authorizationCode": ("authorization_code", "refresh_token"),
    "clientCredentials": ("client_credentials",),
    "password": ("password", "refresh_token"),
    "implicit": (),
}
"""Source: OpenAPI 3.1.0, 4.8.28; RFC 6749."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the API's login: its host (empty: the API's own) and path."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Security:
    """How an API knows its callers.

    Attributes:
        credentials: Places where a key may be, as `credentials:` of a pack.
        example_key: A key that works.
        grants: OAuth grants; none: no OAuth.
        token: Where tokens are issued, or None.
        authorize: Where users log in, or None.
        unknown: Schemes for which the format has no word.
    """

    credentials: tuple[Mapping[str, str], ...] = ()
    example_key: str = KEY
    grants: tuple[str, ...] = ()
    token: Place | None = None
    authorize: Place | None = None
    unknown: tuple[str, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)


def security_of(document: Mapping[str, Any], operations: tuple[ContractOperation, ...]) -> Security:
    """Read how callers of the operations are known."""
    used = list(dict.fromkeys(name for each in operations for one in wanted(document, each) for name in one))
    schemes = [(name, scheme) for name in used if (scheme := _scheme(document, name))]
    places: list[Mapping[str, str]] = []
    unknown = [name for name in used if name not in dict(schemes)]
    for name, scheme in schemes:
        place = _place(scheme)
        if place is None:
            unknown.append(name)
        elif place not in places:
            places.append(place)
    flows = [(kind, flow) for _, scheme in schemes for kind, flow in _flows(scheme)]
    grants = tuple(dict.fromkeys(grant for kind, _ in flows for grant in _GRANTS.get(kind, ())))
    basic = bool(places) and places[0].get("scheme") == "Basic"
    return Security(
        credentials=tuple(places),
        example_key=b64encode(f"{KEY}:".encode()).decode() if basic else KEY,
        grants=grants,
        token=_address(flows, "tokenUrl"),
        authorize=_address(flows, "authorizationUrl"),
        unknown=tuple(unknown),
        names=frozenset(name for name, scheme in schemes if _place(scheme) is not None),
    )


def wanted(document: Mapping[str, Any], operation: ContractOperation) -> list[Mapping[str, Any]]:
    """List the alternatives of schemes an operation asks for; empty, or one that is empty: nobody is asked."""
    body = value_at(document, operation.place)
    found = body.get("security", document.get("security"))
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def asks(document: Mapping[str, Any], operation: ContractOperation, security: Security) -> bool:
    """Tell whether an operation asks its callers for a key, in a way that a pack can say."""
    alternatives = wanted(document, operation)
    return bool(alternatives) and all(set(one) & security.names for one in alternatives)


def _scheme(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    try:
        found = followed(document, joined("/components/securitySchemes", name))[1]
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _place(scheme: Mapping[str, Any]) -> Mapping[str, str] | None:
    match str(scheme.get("type", "")).lower(), str(scheme.get("scheme", "")).lower():
        case "apikey", _ if scheme.get("in") in ("header", "query") and scheme.get("name"):
            place = {"in": str(scheme["in"]), "name": str(scheme["name"])}
            return {**place, "scheme": "Bearer"} if place["name"].lower() == "authorization" else place
        case ("http", "bearer") | (("oauth2" | "openidconnect"), _):
            return {"in": "header", "name": "Authorization", "scheme": "Bearer"}
        case "http", "basic":
            return {"in": "header", "name": "Authorization", "scheme": "Basic"}
        case _:
            return None


def _flows(scheme: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    flows = scheme.get("flows")
    for kind, flow in flows.items() if isinstance(flows, Mapping) else ():
        if isinstance(flow, Mapping):
            yield str(kind), flow


def _address(flows: list[tuple[str, Mapping[str, Any]]], word: str) -> Place | None:
    for _, flow in flows:
        url = url_parts(str(flow.get(word, "")))
        path = url.path.rstrip("/")
        if path and "{" not in path and not any(letter.isspace() for letter in path):
            return Place((url.hostname or "").lower(), path)
    return None
