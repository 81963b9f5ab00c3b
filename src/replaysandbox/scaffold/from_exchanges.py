"""A contract inferred from recorded exchanges: what they show, and nothing of what they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import orjson

from replaysandbox.check import content_type
from replaysandbox.conformance import Seen
from replaysandbox.core.contract import is_json
from replaysandbox.core.counted import many
from replaysandbox.core.exchange import Headers, header
from replaysandbox.redact.rules import GENERAL
from replaysandbox.scaffold.paths import shape
from replaysandbox.scaffold.shapes_seen import Shape, text_schema
from replaysandbox.scaffold.url_patterns import Segment, template_of_path, written
from replaysandbox.scaffold.yaml_text import Noted

_ASSETS: Final = (
    "image/",
    "font/",
    "audio/",
    "video/",
    "text/css",
    "text/javascript",
    "application/javascript",
    "text/html",
)
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_HOST: Final = re.compile(r"(?=.*[a-z])[a-z0-9.-]+\.[a-z0-9-]+")
_NAME: Final = "guess: how callers are known, for that was a secret"

MOST_NAMES: Final = 200
"""Query parameters of one request that are looked at. Ours."""


@dataclass(slots=True)
class _Operation:
    """What was seen of one method at one path."""

    parts: tuple[str | Segment, ...]
    hosts: dict[str, None] = field(default_factory=dict)
    count: int = 0
    queries: dict[str, list[str]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    keyless: bool = False
    request: Shape = field(default_factory=Shape)
    responses: dict[int, dict[str, Shape]] = field(default_factory=dict)


@dataclass(slots=True)
class Traffic:
    """What was seen of an API; `take` the exchanges, then ask for the `contract`.

    Attributes:
        exchanges: How many were taken.
        passed: How many were not: no call of an API, or one that failed.
    """

    exchanges: int = 0
    passed: int = 0
    schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    _operations: dict[tuple[str, str], _Operation] = field(default_factory=dict)
    _grants: dict[str, tuple[str, set[str]]] = field(default_factory=dict)

    def take(self, seen: Seen, redacted: Sequence[str] = ()) -> None:
        """Look at one exchange, its secrets out already.

        Args:
            seen: The exchange.
            redacted: Places of its request that were secret, in the words of `Recorded.redacted`.
        """
        kind = content_type(seen.headers)
        if seen.method not in _METHODS or (seen.method == "GET" and kind.startswith(_ASSETS)) or seen.status < 200:
            self.passed += 1
            return
        self.exchanges += 1
        if self._is_login(seen):
            return
        secret = [int(each[5:]) for each in redacted if each.startswith("path:")]
        parts = template_of_path([unquote(each) for each in seen.path.strip("/").split("/")], secret)
        key = seen.method, shape(written(parts))
        operation = self._operations.setdefault(key, _Operation(parts))
        operation.count += 1
        operation.hosts[seen.host] = None
        self._query(operation, seen, redacted)
        self._bodies(operation, seen, kind)

    def _is_login(self, seen: Seen) -> bool:
        """Note where OAuth tokens are issued: a form that names a grant. It becomes a route of its own."""
        if content_type(seen.request_headers) != "application/x-www-form-urlencoded":
            return False
        form = dict(parse_qsl(seen.request_body.decode("utf-8", "replace")))
        grant = form.get("grant_type", "")
        if grant:
            _, grants = self._grants.setdefault(seen.path, (f"https://{seen.host}{seen.path}", set()))
            grants.add(grant)
        return bool(grant)

    def _query(self, operation: _Operation, seen: Seen, redacted: Sequence[str]) -> None:
        found = _keys(seen.request_headers, seen.query, redacted)
        for name, scheme in found.items():
            self.schemes.setdefault(name, scheme)
            operation.keys.add(name)
        operation.keyless = operation.keyless or (seen.status < 400 and not found)
        hidden = {scheme["name"] for scheme in found.values() if scheme.get("in") == "query"}
        for name, text in islice(parse_qsl(seen.query, keep_blank_values=True), MOST_NAMES):
            if name not in hidden:
                operation.queries.setdefault(name, []).append(text)

    def _bodies(self, operation: _Operation, seen: Seen, kind: str) -> None:
        if seen.request_body and is_json(content_type(seen.request_headers)):
            value = _parsed(seen.request_body)
            if value is not None:
                operation.request.see(value)
        shapes = operation.responses.setdefault(seen.status, {})
        if not seen.body:
            return
        found = shapes.setdefault(kind or "application/octet-stream", Shape())
        if is_json(kind):
            found.see(_parsed(seen.body))

    def contract(self, name: str, told: str) -> dict[str, Any]:
        """Write the contract, with comments where something was guessed; see `yaml_text`."""
        paths: dict[str, dict[str, Any]] = {}
        servers = self._hosts()
        for (method, _), operation in self._operations.items():
            item = paths.setdefault(_known(written(operation.parts), paths), {})
            item[method.lower()] = self._operation(method, operation, several=len(servers) > 1)
            if any(isinstance(each, Segment) for each in operation.parts):
                item.setdefault(
                    "parameters", [_path_parameter(each) for each in operation.parts if isinstance(each, Segment)]
                )
        schemes = self._schemes()
        document: dict[str, Any] = {
            "openapi": "3.1.0",
            "info": Noted(
                {"title": name, "version": "0"},
                f"guess: all of it was inferred from {many(self.exchanges, 'exchange')}: {told}.\n"
                "What these did not show is not here; write in what you know.",
            ),
        }
        if servers:
            document["servers"] = [{"url": f"https://{host}"} for host in servers]
        document["paths"] = paths
        if schemes:
            document["components"] = {"securitySchemes": Noted(schemes, _NAME)}
        return document

    def _hosts(self) -> list[str]:
        hosts = dict.fromkeys(host for each in self._operations.values() for host in each.hosts)
        return [host for host in hosts if _HOST.fullmatch(host)]

    def _schemes(self) -> dict[str, dict[str, Any]]:
        schemes = dict(self.schemes)
        if self._grants:
            grants = set().union(*(each for _, each in self._grants.values()))
            url = next(iter(self._grants.values()))[0]
            kinds = {"client_credentials": "clientCredentials", "password": "password"}
            flows = {kinds[grant]: {"tokenUrl": url, "scopes": {}} for grant in sorted(grants) if grant in kinds}
            if not flows:
                flows = {"authorizationCode": {"tokenUrl": url, "scopes": {}}}
            schemes = {
                each: {"type": "oauth2", "flows": flows} if scheme.get("scheme") == "bearer" else scheme
                for each, scheme in (schemes or {"bearer": {"type": "http", "scheme": "bearer"}}).items()
            }
        return schemes

    def _operation(self, method: str, operation: _Operation, *, several: bool) -> dict[str, Any]:
        words: dict[str, Any] = {}
        hosts = [host for host in operation.hosts if _HOST.fullmatch(host)]
        if several and hosts:
            words["servers"] = [{"url": f"https://{host}"} for host in hosts]
        if self.schemes:
            asked = operation.keys and not operation.keyless
            words["security"] = [{each: []} for each in sorted(operation.keys)] if asked else []
        if operation.queries:
            words["parameters"] = [
                {"in": "query", "name": each, "schema": text_schema(texts)} for each, texts in operation.queries.items()
            ]
        if operation.request.count and method != "GET":
            words["requestBody"] = {"content": {"application/json": {"schema": operation.request.schema()}}}
        words["responses"] = {
            str(status): _response(status, shapes) for status, shapes in sorted(operation.responses.items())
        }
        return words


def _known(path: str, paths: Mapping[str, Any]) -> str:
    """Write a path as it is written already, where another method of it was met first."""
    return next((each for each in paths if shape(each) == shape(path)), path)


def _path_parameter(segment: Segment) -> Any:
    words = {"in": "path", "name": segment.name, "required": True, "schema": segment.schema}
    return Noted(
        words, f"guess: it varies, for it looks like {'a secret' if segment.kind == 'secret' else segment.kind}"
    )


def _response(status: int, shapes: Mapping[str, Shape]) -> dict[str, Any]:
    content = {kind: {"schema": each.schema()} if each.count else {} for kind, each in shapes.items()}
    return {"description": f"As seen with {status}", **({"content": content} if content else {})}


def _keys(headers: Headers, query: str, redacted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Find where a request carries its key: secrets in header fields and query, as schemes of OpenAPI by name."""
    found: dict[str, dict[str, Any]] = {}
    authorization = (header(headers, "authorization") or "").partition(" ")[0].lower()
    if authorization in ("bearer", "basic"):
        found[authorization] = {"type": "http", "scheme": authorization}
    elif authorization:
        found["authorization"] = {"type": "apiKey", "in": "header", "name": "Authorization"}
    hidden = {each for each in redacted if each.startswith(("header:", "query:"))}
    for name, _ in headers:
        lower = name.lower()
        secret = f"header:{lower}" in hidden or GENERAL.of_header(name) == "secret"
        if secret and lower not in ("authorization", "cookie", "proxy-authorization"):
            found[lower] = {"type": "apiKey", "in": "header", "name": name}
    for name, _ in islice(parse_qsl(query, keep_blank_values=True), MOST_NAMES):
        if f"query:{name}" in hidden or GENERAL.of_parameter(name) == "secret":
            found[name] = {"type": "apiKey", "in": "query", "name": name}
    return found


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
