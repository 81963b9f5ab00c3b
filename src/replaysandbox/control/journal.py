"""`/v1/journal`: the exchanges a session has seen."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Callable
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.control import asked
from replaysandbox.control.held import violations_view
from replaysandbox.control.views import exchange_view
from replaysandbox.core.exchange import Exchange

AT_A_TIME = 50
"""Exchanges held to their contract before others get a turn: some 5 ms. Ours."""

Test = Callable[[Exchange], bool]


async def read_journal(request: Request) -> JSONResponse:
    """Show exchanges, newest last; `path`, `since` and `miss` narrow them."""
    asked.known(request, "path", "since", "miss")
    loaded = asked.subject_of(request).loaded
    tests = [test for test in (_path_test(request), _since_test(request), _miss_test(request)) if test]
    kept = [each for each in asked.session_of(request).journal if all(test(each) for test in tests)]
    views = []
    for each in kept:
        views.append(exchange_view(each, loaded.packs, violations_view(each, loaded.checkers)))
        if len(views) % AT_A_TIME == 0:
            await sleep(0)
    return JSONResponse({"exchanges": views})


async def clear_journal(request: Request) -> JSONResponse:
    """Forget all exchanges; numbers go on, so that `since` of before still holds."""
    asked.known(request)
    journal = asked.session_of(request).journal
    count = len(journal)
    journal.clear()
    return JSONResponse({"cleared": count})


def _path_test(request: Request) -> Test | None:
    """Match the path asked for, or the path of the route that answered; both may be globs."""
    wanted = request.query_params.get("path")
    if wanted is None:
        return None
    return lambda each: (
        wanted in (each.request.path, each.route.partition(" ")[2]) or fnmatchcase(each.request.path, wanted)
    )


def _since_test(request: Request) -> Test | None:
    """Keep what came after a number of the journal, or at or after a wall instant."""
    since = request.query_params.get("since")
    if since is None:
        return None
    if since.isdecimal():
        number = int(since[:20])
        return lambda each: each.number > number
    wall = asked.parsed_instant(since, "since")
    return lambda each: each.wall >= wall


def _miss_test(request: Request) -> Test | None:
    """Keep only what no route answered, or only what one did."""
    wanted = asked.flag(request, "miss")
    if wanted is None:
        return None
    return lambda each: (each.outcome.verdict in ("miss", "refused")) is wanted
