"""`batch`: many reads in one request, each answered by the route it would meet alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.fault import FaultRule
from replaysandbox.operations.body import part_of
from replaysandbox.operations.call import Call, Done, Instead, Refusal
from replaysandbox.operations.which import not_there

MOST_PARTS = 100
"""Most requests of one batch. Ours."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One answer of a batch, as templates see it.

    Attributes:
        sent: The part of the request that asked for it.
        path: Its path, as sent.
        status: HTTP status.
        headers: Header fields, names in lower case.
        body: The JSON value of its body, or None.
    """

    sent: Mapping[str, Any]
    path: str
    status: int
    headers: Mapping[str, str]
    body: Any


def ask_batch(call: Call) -> Done | Refusal | Instead:
    """Ask for each part in turn; a part that no route answers makes the whole request a miss, for all to see."""
    refused = not_there(call)
    if refused is not None:
        return refused
    words = call.route.batch
    parts = part_of(call.body, words["requests"])
    if not isinstance(parts, list) or not 0 < len(parts) <= MOST_PARTS:
        return Refusal("bad_body", {"reason": f"needs 1 to {MOST_PARTS} requests at {words['requests']}"})
    answers: list[PartView] = []
    hits: list[FaultRule] = []
    for part in parts:
        path = part_of(part, words["path"])
        if not isinstance(path, str) or not path.isprintable():
            return Refusal("bad_body", {"reason": f"needs a path at {words['path']} in each request"})
        asked = call.ask(_request_for(call, path))
        hits += asked.hits
        if asked.near or not isinstance(asked.outcome, Reply):
            return Instead(asked.outcome, asked.near)
        answers.append(_view(part, path, asked.outcome))
    return Done({"answers": answers}, hits=tuple(hits))


def _request_for(call: Call, path: str) -> Request:
    prefix = call.route.batch.get("prefix", "")
    for name, text in call.arguments.items():
        prefix = prefix.replace(f"{{{name}}}", text)
    path, _, query = path.partition("?")
    joined = f"{prefix.rstrip('/')}/{path.lstrip('/')}"
    return replace(call.request, method="GET", path=joined, query=query, body=b"")


def _view(part: Mapping[str, Any], path: str, outcome: Reply) -> PartView:
    headers = {name.lower(): value for name, value in outcome.headers}
    return PartView(part, path, outcome.status, headers, orjson.loads(outcome.body) if outcome.body else None)
