"""Answers of our own, where no API speaks: misses, refusals, our bugs. Clear JSON, the same on every way in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from replaysandbox.core.exchange import NearMiss, Reply, Request

JSON_TYPE = (("Content-Type", "application/json; charset=utf-8"),)


def our_reply(status: int, verdict: str, code: str, message: str, **more: Any) -> Reply:
    """Make an answer of our own.

    Args:
        status: HTTP status.
        verdict: Value of `X-Sandbox`.
        code: Word for programs, e.g. `no_route`.
        message: For people: what happened and what to do.
        more: Further members of the `sandbox` object.
    """
    return _reply(status, verdict, {"error": code, "message": message, **more})


def our_message(body: bytes) -> str:
    """Read what an answer of our own says to people."""
    return str(json.loads(body)["sandbox"]["message"])


def our_page(message: str, **more: Any) -> Reply:
    """Say something of ours that is no error: status 200."""
    return _reply(200, "simulate", {"message": message, **more})


def _reply(status: int, verdict: str, told: dict[str, Any]) -> Reply:
    return Reply(status, JSON_TYPE, json.dumps({"sandbox": told}, indent=2).encode() + b"\n", verdict)


def miss_text(request: Request, near: Sequence[NearMiss], what: str = "No route") -> str:
    """Say in words that nothing answers, and what came nearest; the same in body, log and journal."""
    lines = [f"{what} answers {request.method} {request.url}."]
    lines += [f"  {each}" for each in near_lines(near)]
    return "\n".join(lines)


def near_lines(near: Sequence[NearMiss]) -> list[str]:
    """Tell near misses, each route once, with all its parts that are in the way."""
    lines = []
    for (route, pack), group in groupby(near, key=lambda each: (each.route, each.pack)):
        parts = [f"{each.part}: {each.reason}" for each in group]
        name = f"near: {route} ({pack}):"
        lines += [f"{name} {parts[0]}"] if len(parts) == 1 else [name, *(f"  {part}" for part in parts)]
    return lines


def miss_reply(request: Request, near: Sequence[NearMiss], what: str = "No route", code: str = "no_route") -> Reply:
    """Answer a request to an imitated host that no route, or no exchange, answers: 501, with the nearest."""
    routes = [{"route": each.route, "pack": each.pack, "part": each.part, "reason": each.reason} for each in near]
    return our_reply(501, "miss", code, miss_text(request, near, what), near=routes)


def refused_host_reply(host: str) -> Reply:
    """Answer a request to a host that no loaded pack owns: 502, with the option that would let it through."""
    message = (
        f"{host} is not imitated by any loaded pack, and nothing leaves this machine unless you say so. "
        f"To let it through untouched, start the sandbox with: --pass {host}"
    )
    return our_reply(502, "refused", "refused_host", message, host=host, allow=f"--pass {host}")
