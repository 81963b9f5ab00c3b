"""How a client calls an API, by its pack and contract: where keys go, what a query needs, how tokens are got."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson

from replaysandbox.asking.bodies import put_at
from replaysandbox.check import Checker
from replaysandbox.conformance import UNTOLD
from replaysandbox.core.contract import ContractOperation, find_operation
from replaysandbox.core.exchange import Headers, Request
from replaysandbox.core.matching import Match, Router, find_route
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.pointers import followed
from replaysandbox.core.series import OF_PATH
from replaysandbox.sample import least_parameters

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")

_TOKENS = ("access_token", "accessToken", "token", "idToken", "jwt")
_REFRESH_TOKENS = ("refresh_token", "refreshToken")

_RANGE = timedelta(days=1)
"""How much of a time series is asked for. Ours: the least that every step of every API takes."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        key: API key or access token; empty for none.
        client: Id of the OAuth client.
        secret: Its secret.
        refresh: Refresh token, or empty.
        code: Authorization code, or empty.
        user: Name of a user whose password is asked for, or empty; never a live API's.
    """

    key: str
    client: str = ""
    secret: str = ""
    refresh: str = ""
    code: str = ""
    user: str = ""


def request_of(
    router: Router, pack: Pack, route: Route, path: str, caller: Caller, *, query: str = "", extra: Headers = ()
) -> Request:
    """Write the request of a route.

    Args:
        router: Routes, which say on which host it answers.
        pack: Its pack.
        route: The route.
        path: Its path, filled.
        caller: Who calls.
        query: Query beside the key.
        extra: Further header fields.
    """
    hosts = (host for host in pack.hosts if _answers(router, route, host, path))
    headers, shown = credential_of(pack, route, caller)
    asked = "&".join(filter(None, (query, shown)))
    return Request(route.method, "https", next(hosts, pack.hosts[0]), 443, path, asked, (*headers, *extra))


def _answers(router: Router, route: Route, host: str, path: str) -> bool:
    found = find_route(router, route.method, host, path)
    return isinstance(found, Match) and found.route is route


def credential_of(pack: Pack, route: Route, caller: Caller) -> tuple[Headers, str]:
    """Put a key where a route takes it first: header fields, and a part of the query."""
    places = pack.credentials if route.credentials is None else route.credentials
    if not places or not caller.key:
        return (), ""
    place, key = places[0], caller.key
    if place.scheme.lower() == "basic":
        return ((place.name, _basic(caller.client or key, caller.secret or key)),), ""
    if place.place == "query":
        return (), urlencode({place.name: key})
    return ((place.name, f"{place.scheme} {key}" if place.scheme else key),), ""


def _basic(name: str, secret: str) -> str:
    return f"Basic {b64encode(f'{name}:{secret}'.encode()).decode('ascii')}"


def filled(path: str, arguments: Mapping[str, str]) -> str:
    """Fill the placeholders of a path; one that is not named takes what `*` says."""

    def value(found: re.Match[str]) -> str:
        return quote(arguments.get(found[1], arguments.get("*", "")), safe="")

    return re.sub(r"\{([^}]*)\}", value, path)


def operation_of(checker: Checker | None, request: Request) -> ContractOperation | None:
    """Find the operation of the contract that a request belongs to."""
    if checker is None:
        return None
    return find_operation(checker.contract, request.method, unquote(request.path), request.host)


def query_of(route: Route, checker: Checker | None, operation: ContractOperation | None, at: datetime) -> str:
    """Write what the query of a route must hold: its parameters that must be sent, the day before `at` of a series."""
    words: dict[str, str] = {}
    if checker is not None and operation is not None:
        least = least_parameters(checker.contract, operation)
        words = {name: text for place, name, text in least if place == "query"}
    if route.series is not None:
        words |= {name: str(getattr(at, unit)) for unit, name in route.series.calendar.items()}
        for name, instant in ((route.series.start, at - _RANGE), (route.series.end, at)):
            if not name or name.startswith(OF_PATH):
                continue
            words[name] = _written(instant, name, _format_of(checker, operation, name))
    return urlencode(words)


def range_in(
    route: Route, checker: Checker | None, operation: ContractOperation | None, at: datetime
) -> dict[str, str]:
    """Write the parts of a path that are the range of a series, as the contract names them: the day before `at`."""
    series = route.series
    named = ((series.start, at - _RANGE), (series.end, at)) if series is not None else ()
    known = None if operation is None else {each.name for each in operation.parameters if each.place == "path"}
    return {
        name: _written(instant, name, _format_of(checker, operation, name, "path") or "date-time")
        for word, instant in named
        if word.startswith(OF_PATH)
        for name in (word.removeprefix(OF_PATH),)
        if known is None or name in known
    }


def _format_of(checker: Checker | None, operation: ContractOperation | None, name: str, place: str = "query") -> str:
    """Tell the format that a contract gives a parameter; empty where it says none."""
    if checker is None or operation is None:
        return ""
    schemas = [each.schema for each in operation.parameters if each.place == place and each.name == name]
    schema = followed(checker.contract.document, schemas[0])[1] if schemas and schemas[0] else {}
    return str(schema.get("format", "")) if isinstance(schema, Mapping) else ""


def _written(at: datetime, name: str, form: str) -> str:
    if form == "date" or (not form and name.lower().endswith("date")):
        return f"{at:%Y-%m-%d}"
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if form == "date-time" else f"{at:%Y-%m-%d %H:%M:%S}"


def headers_of(checker: Checker | None, operation: ContractOperation | None) -> Headers:
    """Write the header fields that a request must have, beside those about its key and body."""
    if checker is None or operation is None:
        return ()
    least = least_parameters(checker.contract, operation)
    return tuple((name, text) for place, name, text in least if place == "header" and name.lower() not in UNTOLD)


def token_requests(router: Router, pack: Pack, caller: Caller) -> Iterator[tuple[str, Request]]:
    """Write the requests that get a token, each with the name of its grant; the first that is answered with one does.

    Source:
        RFC 6749: 2.3.1 (a client's Basic credentials; in the form where an API wants them there), 4.1.3, 4.4.2, 6.
    """
    for route in pack.routes:
        if route.operation != "token":
            continue
        for grant in route.grants:
            given = _given(grant, caller)
            if given is None:
                continue
            named = {"grant_type": grant, "client_id": caller.client, **given}
            if route.body:
                yield grant, _in_own_words(request_of(router, pack, route, route.path, Caller("")), route, named)
                continue
            basic = (("Authorization", _basic(caller.client, caller.secret)), FORM)
            for headers, form in ((basic, named), ((FORM,), {**named, "client_secret": caller.secret})):
                request = request_of(router, pack, route, route.path, Caller(""), extra=headers)
                yield grant, with_body(request, urlencode(form).encode())


def _in_own_words(request: Request, route: Route, named: Mapping[str, str]) -> Request:
    """Ask for a token in JSON, where a route names what is sent."""
    sent: dict[str, Any] = {}
    for word, text in named.items():
        if word in route.body:
            sent = put_at(sent, route.body[word].split("."), text)
    return with_body(replace(request, headers=(*request.headers, JSON)), orjson.dumps(sent))


def _given(grant: str, caller: Caller) -> dict[str, str] | None:
    """Tell what a grant needs beside the client; None where the caller has it not."""
    match grant:
        case "client_credentials":
            return {}
        case "refresh_token" if caller.refresh:
            return {"refresh_token": caller.refresh}
        case "authorization_code" if caller.code:
            return {"code": caller.code, "redirect_uri": "https://app.example/callback"}
        case "password" if caller.user:
            return {"username": caller.user, "password": "secret"}
        case _:
            return None


def with_body(request: Request, body: bytes) -> Request:
    """Give a request a body."""
    return Request(
        request.method, request.scheme, request.host, request.port, request.path, request.query, request.headers, body
    )


def token_in(body: bytes) -> str:
    """Read the access token of an answer; empty where there is none.

    Source: RFC 6749, 5.1; other names as APIs have them whose login is their own.
    """
    return _word_in(body, _TOKENS)


def refresh_token_in(body: bytes) -> str:
    """Read the refresh token of an answer; empty where there is none.

    Source: RFC 6749, 5.1; other names as APIs have them whose login is their own.
    """
    return _word_in(body, _REFRESH_TOKENS)


def _word_in(body: bytes, names: Sequence[str]) -> str:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = (value.get(name) for name in names) if isinstance(value, dict) else ()
    return next((token for token in found if isinstance(token, str)), "")
