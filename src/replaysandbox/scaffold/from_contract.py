"""A pack begun from a contract: its routes, templates, errors and keys, with all that was guessed marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from replaysandbox.core.contract import Contract, ContractOperation
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.ids import IdStyle
from replaysandbox.scaffold.bodies import promise_of
from replaysandbox.scaffold.errors import OAUTH_ERRORS, Words, without_default
from replaysandbox.scaffold.routes import Routing, add_route, routing
from replaysandbox.scaffold.security import KEY, Place, Security, security_of
from replaysandbox.scaffold.yaml_text import Noted, yaml_text

HEAD: Final = "# yaml-language-server: $schema=https://replaysandbox.dev/formats/pack.schema.json\n"
_HOST: Final = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_MOST_SKIPPED: Final = 200


@dataclass(frozen=True, slots=True)
class Source:
    """What a pack is begun from.

    Attributes:
        name: Name of the pack.
        contract: Name of its contract file, as `pack.yaml` will have it.
        learnt_from: Where it was learnt, for people.
        learnt_on: When, as an ISO date.
    """

    name: str
    contract: str
    learnt_from: str
    learnt_on: str


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A pack begun.

    Attributes:
        files: Name in the pack's folder → text; the contract is not among them.
        routes: How many routes it has.
        operations: How many operations its contract has.
        families: Family → how many routes show its devices.
        quantities: How many places the world fills.
        skipped: Operations without a route, each with the reason.
        unmade: Errors for which no body was found that keeps its schema.
    """

    files: Mapping[str, str]
    routes: int
    operations: int
    families: Mapping[str, int]
    quantities: int
    skipped: tuple[tuple[str, str], ...]
    unmade: tuple[str, ...]


def scaffold(contract: Contract, source: Source) -> Scaffold:
    """Begin a pack from a contract.

    Args:
        contract: The contract.
        source: What the pack is called, and where it comes from.

    Raises:
        SandboxError: There is nothing in it that a route could answer.
    """
    promise = promise_of(contract)
    security = security_of(promise.document, contract.calls)
    making = routing(promise, contract, security)
    own = _hosts(contract, source.name)
    several = len({_named(each, own) for each in contract.calls}) > 1
    for operation in contract.calls:
        add_route(making, operation, _named(operation, own) if several else ())
    login = _login(making, own)
    if not making.routes:
        why = making.skipped[0][1] if making.skipped else "it has no paths"
        raise SandboxError(Problem(contract.file, 0, "paths", f"describes nothing that a route could answer: {why}"))
    text = yaml_text(_pack(making, source, own, login))
    used = {name: body for name, body in making.shelf.texts.items() if name in text}
    return Scaffold(
        files={"pack.yaml": HEAD + text, **{f"templates/{name}": body for name, body in used.items()}},
        routes=len(making.routes),
        operations=len(contract.calls),
        families=making.families,
        quantities=making.quantities,
        skipped=tuple(making.skipped),
        unmade=tuple(making.errors.unmade),
    )


def _hosts(contract: Contract, name: str) -> tuple[str, ...]:
    """List the hosts of a contract's servers that can be owned; one is made up where there is none."""
    found: dict[str, None] = {}
    for operation in contract.calls:
        found |= dict.fromkeys(_named(operation, ()))
    return tuple(found) or (f"api.{name.replace('_', '-')}.example",)


def _named(operation: ContractOperation, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(host for host in sorted(operation.hosts) if _HOST.fullmatch(host)) or otherwise


def _login(making: Routing, hosts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Make the routes at which OAuth clients get tokens, where the contract does not describe them itself."""
    security = making.security
    grants = list(security.grants)
    if security.token is None or not grants:
        return []
    told = {each.prefixes[0] + each.path for each in making.contract.calls}
    if security.token.path in told:
        return []
    token = {
        "route": f"POST {security.token.path}",
        **_host(security.token, hosts),
        "operation": "token",
        "credentials": [],
        "template": making.shelf.put("oauth token", _ISSUED),
        "grants": grants,
        "errors": {
            name: _oauth_words(making, status, code)
            for name, (status, code) in {**OAUTH_ERRORS, "bad_body": (400, "invalid_request")}.items()
            if name != "bad_authorization"
        },
    }
    place = security.authorize
    if place is None or place.path in told or "authorization_code" not in grants:
        return [token]
    entrance = {"route": f"GET {place.path}", **_host(place, hosts), "operation": "authorize", "credentials": []}
    return [{**entrance, "status": 302, "headers": {"Location": "{{ redirect.url }}"}}, token]


def _host(place: Place, hosts: tuple[str, ...]) -> dict[str, str]:
    return {"host": place.host} if _HOST.fullmatch(place.host) and place.host not in hosts else {}


_ISSUED: Final = (
    "{# guess: as RFC 6749 has it, 5.1 #}\n{\n"
    '  "access_token": {{ token.access }},\n  "token_type": "Bearer",\n  "expires_in": {{ token.life_s }}'
    '{% if token.refresh %},\n  "refresh_token": {{ token.refresh }}{% endif %}\n\n}\n'
)
_OAUTH_ERROR: Final = (
    '{# guess: as RFC 6749 has it, 5.2 #}\n{"error": {{ error.code }}, "error_description": {{ error.message }} }\n'
)


def _oauth_words(making: Routing, status: int, code: str) -> Words:
    return {"status": status, "code": code, "message": code, "template": making.shelf.put("oauth error", _OAUTH_ERROR)}


def _pack(making: Routing, source: Source, own: tuple[str, ...], login: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the words of pack.yaml, in the order of docs/packs.md."""
    info = making.contract.document.get("info")
    title = str(info.get("title") or source.name) if isinstance(info, Mapping) else source.name
    version = str(info.get("version", "")) if isinstance(info, Mapping) else ""
    hosts = tuple(dict.fromkeys((*own, *(each["host"] for each in login if "host" in each))))
    told = f"{source.learnt_from}, version {version}" if version else source.learnt_from
    pack: dict[str, Any] = {
        "format": 1,
        "title": title,
        "learnt": {
            "from": told,
            "on": source.learnt_on,
            "note": "Made by `replaysandbox pack new`. What it guessed is marked; look at it.",
        },
        "contract": source.contract,
        "hosts": _noted_hosts(making, hosts),
        **_keys(making.security, login),
        "ids": {"device": Noted(_style(making.style), "guess: as the path of a device takes it, or any")},
    }
    pack["strict_parameters"] = True
    if making.queries.parameters:
        pack["parameters"] = making.queries.parameters
    text = "".join(making.shelf.texts.values())
    maps = {name: dict(words) for name, words in making.tables.items() if f'mapped("{name}")' in text}
    if maps:
        pack["maps"] = Noted(maps, "guess: our words → the API's, by what they mean in English")
    answers = {name: without_default(words, making.default) for name, words in making.usual.items()}
    pack["errors"] = Noted(
        {"template": making.default, "answers": {**answers, **_oauth_answers(making, login)}},
        "guess: which error has which status and body is told from the contract; codes and messages are ours",
    )
    for words in (*login,):
        making.routes.append(Noted(words, "guess: OAuth 2.0 as the standard has it"))
    pack["routes"] = Noted(making.routes, _skipped(making)) if making.skipped else making.routes
    return pack


def _oauth_answers(making: Routing, login: list[dict[str, Any]]) -> dict[str, Words]:
    return {name: _oauth_words(making, *words) for name, words in OAUTH_ERRORS.items()} if login else {}


def _noted_hosts(making: Routing, hosts: tuple[str, ...]) -> Any:
    real = any(_named(each, ()) for each in making.contract.calls)
    return list(hosts) if real else Noted(list(hosts), "guess: the contract names no host that can be owned")


def _keys(security: Security, login: list[dict[str, Any]]) -> dict[str, Any]:
    """Write where keys are, and which are good."""
    unknown = f"guess: not said here: {', '.join(security.unknown)}" if security.unknown else ""
    if not security.credentials:
        return {"credentials": Noted([], unknown)} if unknown else {}
    places = [dict(place) for place in security.credentials]
    words: dict[str, Any] = {
        "example_key": security.example_key,
        "credentials": Noted(places, unknown) if unknown else places,
    }
    if login:
        words["keys"] = Noted([{"begins": ["sk_test_"]}], "guess: tokens that were issued, and keys for curl")
        life = {"access_s": 3600, **({"refresh_s": 2_592_000} if "refresh_token" in security.grants else {})}
        words["oauth"] = Noted(life, "guess: how long tokens live")
        if security.example_key == KEY and places[0].get("scheme") == "Basic":
            words["example_key"] = security.example_key
    return words


def _style(style: IdStyle) -> dict[str, Any]:
    if style.kind == "uuid":
        return {"kind": "uuid"}
    if style.kind == "pattern":
        return {"pattern": style.pattern}
    return {"kind": style.kind, **({"prefix": style.prefix} if style.prefix else {}), "length": style.length}


def _skipped(making: Routing) -> str:
    lines = [f"not here: {name}: {why}" for name, why in making.skipped[:_MOST_SKIPPED]]
    more = len(making.skipped) - len(lines)
    return "\n".join((*lines, *([f"and {more} more"] if more > 0 else [])))
