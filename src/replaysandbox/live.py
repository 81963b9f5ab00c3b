"""What may go on to the live API: calls that change nothing, and writes where the user said so."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from replaysandbox.core.exchange import Forward, Live, Reply, Request
from replaysandbox.core.matching import Match, Router, find_route
from replaysandbox.core.ours import our_reply
from replaysandbox.core.pack import Route

ALL = "all"
"""`--allow-writes all`: every write may go out."""

_READING = frozenset(("GET", "HEAD"))


def go_live(request: Request, router: Router, writes: Sequence[str], session: str, *, keep: bool) -> Forward | Reply:
    """Let a call go on to the live API, or refuse it as a write.

    Args:
        request: The request; its host is one that may be reached.
        router: Routes of the loaded packs, which say what a call does.
        writes: What `--allow-writes` named.
        session: Session the call belongs to.
        keep: Whether the exchange is to be recorded.
    """
    found = find_route(router, request.method, request.host, request.path)
    route = found.route if isinstance(found, Match) else None
    if not _changes_nothing(request, route) and not allowed(request.method, request.path, writes):
        return _refused(request, route)
    pack = router.hosts.get(request.host, "")
    live = Live(request, keep=keep, session=session, pack=pack, route=route.name if route else "")
    return Forward("record" if keep else "forward", live=live)


def _changes_nothing(request: Request, route: Route | None) -> bool:
    return route.effect in ("auth", "read") if route is not None else request.method in _READING


def allowed(method: str, path: str, writes: Sequence[str]) -> bool:
    """Tell whether `--allow-writes` names a call.

    Args:
        method: HTTP method.
        path: Path as sent.
        writes: Each `METHOD /path`, where `{…}` stands for one segment; or `all`.
    """
    segments = [unquote(segment) for segment in path.split("/")]
    return any(each == ALL or _names(each, method, segments) for each in writes)


def _names(written: str, method: str, segments: Sequence[str]) -> bool:
    wanted, _, path = written.partition(" ")
    parts = path.split("/")
    return (
        wanted == method
        and len(parts) == len(segments)
        and all(
            bool(seen) if part.startswith("{") and part.endswith("}") else part == seen
            for part, seen in zip(parts, segments, strict=True)
        )
    )


def _refused(request: Request, route: Route | None) -> Reply:
    option = f"--allow-writes '{route.name if route else f'{request.method} {request.path}'}'"
    why = "may reach a device" if route is not None else "is no reading call, and no pack says what it does"
    message = (
        f"{request.method} {request.path} at {request.host} {why}, so it was not sent to the live API. "
        f"To let it through, start the sandbox with: {option}"
    )
    return our_reply(403, "refused", "write_refused", message, host=request.host, allow=option)
