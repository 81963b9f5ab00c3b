"""`/v1/restart`: the sandbox begins anew, its ports and its clients stay."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.control import asked
from replaysandbox.control.views import clock_view
from replaysandbox.core.beginning import Beginning
from replaysandbox.core.exchange import Mode
from replaysandbox.core.session import DEFAULT

_MEMBERS = ("scenario", "at", "mode", "capture", "on_miss")
_WORDS = {"mode": get_args(Mode), "on_miss": ("refuse", "forward", "record", "simulate")}


async def restart(request: Request) -> JSONResponse:
    """Put every session back to its start, with another scenario, instant or capture than the first time."""
    asked.known(request)
    beginning = _beginning(await asked.body(request, *_MEMBERS))
    subject = asked.subject_of(request)
    wall = asked.wall_of(request)
    subject.restart(beginning, wall)
    clock = subject.sessions[DEFAULT].clock
    shown = clock_view(clock, wall)
    return JSONResponse({"mode": subject.mode, "hosts": list(subject.hosts), "clock": shown})


def _beginning(body: dict[str, Any]) -> Beginning:
    given = {name: value for name, value in body.items() if value is not None}
    for name, value in given.items():
        if not isinstance(value, str) or not value:
            raise asked.wrong(f"{name} takes a text")
        if name in _WORDS and value not in _WORDS[name]:
            raise asked.wrong(f"{name} is '{value[:60]}'; it takes one of {', '.join(_WORDS[name])}")
    if "at" in given:
        given["at"] = asked.parsed_instant(given["at"], "at")
    return Beginning(**given)
