"""`/v1/deliveries`: what was told to apps by webhook, what came of it, and once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse

from replaysandbox.check import Checker
from replaysandbox.control import asked
from replaysandbox.control.held import told_view
from replaysandbox.control.views import instant_text
from replaysandbox.core.delivery import Attempt, Delivery

MOST_LISTED = 10_000
"""Deliveries in one answer. Ours."""

LONGEST_WAIT_S = 5
"""How long one request may wait for a change. Ours: well under what clients wait for any answer. [s]"""

_STATES = ("unsent", "waiting", "delivered", "failed")


async def list_deliveries(request: Request) -> JSONResponse:
    """List deliveries, oldest first; `seen` and `wait_s` wait until there is news since an earlier answer."""
    asked.known(request, "event", "state", "pack", "device", "action", "since", "limit", "seen", "wait_s")
    asked.session_of(request)
    outbox = asked.notifier_of(request).outbox
    since = asked.whole(request, "since", 0, 10**15)
    limit = asked.whole(request, "limit", 1_000, MOST_LISTED)
    state = request.query_params.get("state")
    if state is not None and state not in _STATES:
        raise asked.wrong(f"state is '{state[:40]}'; it takes one of {', '.join(_STATES)}")
    wait_s = asked.whole(request, "wait_s", 0, LONGEST_WAIT_S)
    seen = asked.whole(request, "seen", 10**15, 10**15)
    await outbox.until(lambda: outbox.changes != seen, wait_s)
    changes = outbox.changes
    kept = [each for each in outbox if each.number > since and _wanted(request, each)]
    checkers = asked.subject_of(request).loaded.checkers
    return JSONResponse({"changes": changes, "deliveries": [delivery_view(each, checkers) for each in kept[:limit]]})


async def resend_delivery(request: Request) -> JSONResponse:
    """Try a delivery again, whatever became of it; answers once it has been tried."""
    asked.known(request)
    notifier, delivery_id = asked.notifier_of(request), request.path_params["id"]
    found = notifier.outbox.find(delivery_id)
    if found is None:
        raise asked.wrong(f"there is no delivery '{delivery_id[:80]}'", 404)
    if notifier.outbox.resend(delivery_id) is None:
        reason = found.message.problem or "it has no receiver: start with --webhook URL"
        raise asked.wrong(f"{delivery_id} cannot be sent: {reason}", 409)
    await notifier.settled(found.message.session)
    checkers = asked.subject_of(request).loaded.checkers
    return JSONResponse(delivery_view(notifier.outbox.find(delivery_id) or found, checkers))


def _wanted(request: Request, delivery: Delivery) -> bool:
    message, query = delivery.message, request.query_params
    facts = {
        "session": message.session,
        "event": message.event,
        "state": delivery.state,
        "pack": message.pack,
        "device": message.device,
        "action": message.action,
    }
    return all(query.get(name, "default" if name == "session" else value) == value for name, value in facts.items())


def delivery_view(delivery: Delivery, checkers: Mapping[str, Checker]) -> dict[str, Any]:
    """Show a delivery, and what its body breaks of the contract; no header fields, for they hold signatures."""
    message = delivery.message
    return {
        "id": delivery.id,
        "number": delivery.number,
        "message": message.id,
        "session": message.session,
        "pack": message.pack,
        "event": message.event,
        "kind": message.kind,
        "at": instant_text(message.at),
        "device": message.device,
        "action": message.action or None,
        "receiver": delivery.receiver or None,
        "state": delivery.state,
        "body": orjson.loads(message.body) if message.body else None,
        "violations": told_view(message, checkers),
        "attempts": [_attempt_view(each) for each in delivery.attempts],
        "next_attempt": instant_text(delivery.next_attempt) if delivery.next_attempt else None,
    }


def _attempt_view(attempt: Attempt) -> dict[str, Any]:
    return {
        "wall": instant_text(attempt.wall),
        "status": attempt.status,
        "error": attempt.error or None,
        "took_ms": attempt.took_ms,
    }
