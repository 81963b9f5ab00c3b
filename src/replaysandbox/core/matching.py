"""Which route answers a request; and when none does, which came nearest and why not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from replaysandbox.core.counted import many
from replaysandbox.core.exchange import NearMiss
from replaysandbox.core.pack import Pack, Route

NEAR_MISSES = 3
"""How many near misses a miss names: enough to see a slip, few enough to read. Ours."""

_LONGEST = 200
"""How much of a segment is compared. Ours: those of APIs are ids and words. [characters]"""

_LIKENESSES = 4096
"""Comparisons of two segments that are remembered: routes share segments, and what is missed is asked again. Ours."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route that answers, with what its pattern caught."""

    route: Route
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Miss:
    """No route answers; the nearest ones, best first."""

    near: tuple[NearMiss, ...]


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    wildcard: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Router:
    """Routes of all loaded packs as one trie per host.

    `slashes` are hosts where a slash at the end does not count; `suffixes` tell what else at the end does not.
    """

    trees: Mapping[str, _Node]
    routes: tuple[Route, ...]
    hosts: Mapping[str, str]
    slashes: frozenset[str] = frozenset()
    suffixes: Mapping[str, str] = field(default_factory=dict)


def compile_routes(packs: Iterable[Pack]) -> Router:
    """Build the router of some packs; their hosts must not overlap."""
    trees: dict[str, _Node] = {}
    hosts: dict[str, str] = {}
    routes: list[Route] = []
    slashes: list[str] = []
    suffixes: dict[str, str] = {}
    for pack in packs:
        for host in pack.hosts:
            trees[host] = _Node()
            hosts[host] = pack.name
        for route in pack.routes:
            for host in hosts_of(pack, route):
                _plant(trees[host], route)
        routes.extend(pack.routes)
        slashes += pack.hosts if pack.trailing_slash else ()
        suffixes |= dict.fromkeys(pack.hosts, pack.suffix) if pack.suffix else {}
    return Router(trees, tuple(routes), hosts, frozenset(slashes), suffixes)


def hosts_of(pack: Pack, route: Route) -> tuple[str, ...]:
    """List the hosts a route answers on: its own, or those of the pack that no route names."""
    if route.hosts:
        return route.hosts
    named = {host for each in pack.routes for host in each.hosts}
    return tuple(host for host in pack.hosts if host not in named)


def _plant(node: _Node, route: Route) -> None:
    for segment in route.path.strip("/").split("/"):
        if segment.startswith("{"):
            node.wildcard = node.wildcard or _Node()
            node = node.wildcard
        else:
            node = node.literals.setdefault(segment, _Node())
    node.routes[route.method] = route


def find_route(router: Router, method: str, host: str, path: str) -> Match | Miss:
    """Find the route of a request; literal segments win over `{…}`.

    Args:
        router: Compiled routes.
        method: HTTP method. HEAD is answered by the route of GET.
        host: Host, lower case.
        path: Path as sent, percent-encoded.
    """
    tree = router.trees.get(host)
    if tree is not None and path.startswith("/"):
        segments = path[1:].split("/")
        if "%" in path:
            segments = [unquote(segment) for segment in segments]
        if len(segments) > 1 and not segments[-1] and host in router.slashes:
            segments.pop()
        segments[-1] = segments[-1].removesuffix(router.suffixes.get(host, ""))
        node = _walk(tree, segments, 0)
        if node is not None:
            route = node.routes.get(method) or (node.routes.get("GET") if method == "HEAD" else None)
            if route is not None:
                arguments = _arguments(route, segments)
                if all(arguments.get(name) in words for name, words in route.only.items()):
                    return Match(route, arguments)
    return Miss(_near_misses(router, method, host, path))


def _walk(node: _Node, segments: list[str], start: int) -> _Node | None:
    if start == len(segments):
        return node if node.routes else None
    literal = node.literals.get(segments[start])
    found = _walk(literal, segments, start + 1) if literal is not None else None
    if found is None and node.wildcard is not None and segments[start]:
        found = _walk(node.wildcard, segments, start + 1)
    return found


def _arguments(route: Route, segments: list[str]) -> dict[str, str]:
    parts = route.path.strip("/").split("/")
    return {part[1:-1]: seen for part, seen in zip(parts, segments, strict=True) if part.startswith("{")}


def _near_misses(router: Router, method: str, host: str, path: str) -> tuple[NearMiss, ...]:
    pack = router.hosts.get(host)
    routes = [route for route in router.routes if pack is None or route.pack == pack]
    seen = [segment[:_LONGEST] for segment in path.strip("/").split("/")]
    ranked = sorted(routes, key=lambda route: -_closeness(route, method, seen) - _at_home(route, host))
    return tuple(_explain(route, method, host, path) for route in ranked[:NEAR_MISSES])


def _at_home(route: Route, host: str) -> float:
    return 0.05 if not route.hosts or host in route.hosts else 0.0


def _closeness(route: Route, method: str, seen: Sequence[str]) -> float:
    wanted = route.path.strip("/").split("/")
    same = sum(_likeness(*pair) for pair in zip(wanted, seen, strict=False)) / max(len(wanted), len(seen))
    return same + (0.1 if route.method == method else 0.0)


@lru_cache(maxsize=_LIKENESSES)
def _likeness(wanted: str, seen: str) -> float:
    if wanted.startswith("{"):
        return 0.9 if seen else 0.0
    return difflib.SequenceMatcher(None, wanted, seen, autojunk=False).ratio()


def _explain(route: Route, method: str, host: str, path: str) -> NearMiss:
    wanted = route.path.strip("/").split("/")
    seen = [unquote(segment) for segment in path[1:].split("/")]
    for position, (part, text) in enumerate(zip(wanted, seen, strict=False), start=1):
        words = route.only.get(part[1:-1], ()) if part.startswith("{") else (part,)
        if (words and text not in words) or not text:
            wanted_words = f"one of {', '.join(words)}" if len(words) > 1 else f"'{part}'"
            reason = f"segment {position} is '{text[:80]}', the route has {wanted_words}"
            return NearMiss(route.name, route.pack, "path", reason)
    if len(wanted) != len(seen):
        reason = f"the path has {many(len(seen), 'segment')}, the route has {len(wanted)}"
        return NearMiss(route.name, route.pack, "path", reason)
    if route.method == method:
        where = ", ".join(route.hosts) or "the API's other hosts"
        return NearMiss(route.name, route.pack, "host", f"the host is {host}, the route answers on {where}")
    return NearMiss(route.name, route.pack, "method", f"the method is {method}, the route takes {route.method}")
