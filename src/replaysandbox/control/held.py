"""What an exchange of the journal breaks of its API's contract, worked out when somebody looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from replaysandbox.check import Checker
from replaysandbox.conformance import Seen, hold, hold_webhook, unquoted
from replaysandbox.core.contract import Violation
from replaysandbox.core.exchange import Exchange, Reply
from replaysandbox.core.webhooks import Message


def violations_view(exchange: Exchange, checkers: Mapping[str, Checker]) -> list[dict[str, Any]]:
    """Show what both sides of an exchange break: the request is the app's bug, the answer the sandbox's.

    Only what the sandbox made up itself is held to the contract; of an answer that is a fault somebody asked for, the
    request alone. What a request held is not shown: it may be a secret.
    """
    reply, checker = exchange.outcome, checkers.get(exchange.pack)
    simulated = reply.verdict == "simulate" or bool(exchange.fault)
    if checker is None or not isinstance(reply, Reply) or not simulated or not exchange.route:
        return []
    request = exchange.request
    held = hold(
        checker,
        Seen(
            request.method,
            request.host,
            request.path,
            request.query,
            request.headers,
            request.body,
            reply.status,
            reply.headers,
            reply.body,
        ),
    )
    asked = [_view("request", unquoted(each)) for each in held.request]
    return asked + [_view("response", each) for each in held.response if not exchange.fault]


def told_view(message: Message, checkers: Mapping[str, Checker]) -> list[dict[str, Any]]:
    """Show what the body of a webhook breaks: the sandbox's bug."""
    checker = checkers.get(message.pack)
    if checker is None or not message.body:
        return []
    held = hold_webhook(checker, message.event, message.body)
    return [_view("response", each) for each in held.response]


def _view(side: str, broken: Violation) -> dict[str, Any]:
    return {
        "side": side,
        "operation": broken.operation,
        "pointer": broken.pointer,
        "message": broken.reason,
        "expected": broken.expected,
        "clause": broken.clause,
    }
