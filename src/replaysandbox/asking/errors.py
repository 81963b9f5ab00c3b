"""Errors that a route may be asked for: those that its contract promises, and that it can raise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from replaysandbox.core.contract import ContractOperation
from replaysandbox.core.pack import Pack, Route
from replaysandbox.operations.oauth import OAUTH_ERRORS

AUTH: Final = ("token", "authorize")
"""Operations that get a token."""


def promised_errors(pack: Pack, route: Route, operation: ContractOperation | None) -> Iterator[str]:
    """List the errors whose status an operation promises, by name.

    Args:
        pack: The pack.
        route: One of its routes.
        operation: What the contract says of it; None where it says nothing.
    """
    promised = operation.responses if operation else {}
    ruled = {rule.error for rule in route.refuses}
    for name, error in {**pack.errors, **route.errors}.items():
        if name == "device_offline" and not _needs_reach(route):
            continue
        if error.status < 500 and name not in ruled and not _can_raise(route, name):
            continue
        if str(error.status) in promised or f"{error.status // 100}XX" in promised:
            yield name


def _can_raise(route: Route, name: str) -> bool:
    """Tell whether a route can answer an error at all, by what operations/oauth.py looks at; others are not its own."""
    if name not in OAUTH_ERRORS or route.operation not in AUTH:
        return name not in OAUTH_ERRORS and route.operation not in AUTH
    if name == "bad_authorization" or route.operation == "authorize":
        return name == "bad_authorization" and route.operation == "authorize"
    if name == "unsupported_grant":
        return not route.body or len(route.grants) > 1 or "grant_type" in route.body
    if name == "invalid_client":
        return not route.body or "client_id" in route.body or "client_credentials" in route.grants
    return any(grant != "client_credentials" for grant in route.grants)


def _needs_reach(route: Route) -> bool:
    """Tell whether a route says no for a device out of reach: elsewhere nobody gets that error, whatever its status."""
    return route.offline == "refuse" and bool(route.family) and "{id}" in route.path


def kept_words(route: Route) -> dict[str, str]:
    """Tell words for the parts of a path that no rule refuses: the first that each rule lets pass."""
    return {
        place.removeprefix("path."): example_word(words[0])
        for rule in route.refuses
        for place, words in rule.unless.items()
        if place.startswith("path.")
    }


def example_word(word: object) -> str:
    """Write a text that a word of a rule means."""
    return str(word).removesuffix("*") or "any"
