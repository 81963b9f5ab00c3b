"""What a rule names, held against what is loaded: a rule that can never hit is told, not kept in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from replaysandbox.core.errors import Problem
from replaysandbox.core.fault import FaultRule, route_matches
from replaysandbox.core.nearest import nearest
from replaysandbox.core.pack import Pack


def unknown_names(rule: FaultRule, packs: Mapping[str, Pack]) -> tuple[Problem, ...]:
    """List what a rule names and no loaded pack has: the pack, the route, the error.

    Args:
        rule: The rule.
        packs: Loaded packs by name.
    """
    return tuple(_unknown(rule, packs))


def _unknown(rule: FaultRule, packs: Mapping[str, Pack]) -> Iterator[Problem]:
    if rule.pack and rule.pack not in packs:
        yield Problem("fault", 0, "pack", f"no pack {rule.pack!r} is loaded", nearest(rule.pack, packs))
        return
    meant = [pack for pack in packs.values() if rule.pack in ("", pack.name)]
    routes = {route.name for pack in meant for route in pack.routes}
    if rule.route and not any(route_matches(rule.route, route) for route in routes):
        yield Problem("fault", 0, "route", f"no loaded pack has a route {rule.route!r}", nearest(rule.route, routes))
    errors = {name for pack in meant for name in pack.errors}
    error = str(rule.arguments.get("error", ""))
    if error and error not in errors:
        yield Problem("fault", 0, "error", f"no loaded pack has an error {error!r}", nearest(error, errors))
