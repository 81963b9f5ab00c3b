"""Requests and scripts for the tests of replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from replaysandbox.core.capture import Recorded, RecordedRequest
from replaysandbox.core.match_rules import MatchRules
from replaysandbox.replay.answer import AtEnd, Found, Script, Turns, find
from replaysandbox.replay.index import Index
from tests.unit.files.recorded import recorded

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def ask(path: str = "/battery", query: str = "", method: str = "GET", **more: Any) -> RecordedRequest:
    return RecordedRequest(method, "https", "api.amps.ai", more.pop("port", 443), path, query, **more)


def script(
    requests: Sequence[RecordedRequest],
    rules: MatchRules | None = None,
    at_end: AtEnd = "repeat-last",
    redacted: Sequence[tuple[str, ...]] = (),
) -> Script:
    """Make a capture of requests, each answered somehow."""
    index = Index(rules or MatchRules())
    exchanges: list[Recorded] = []
    for number, request in enumerate(requests):
        places = redacted[number] if redacted else ()
        index.add(number, request, places)
        answered = recorded()
        exchanges.append(Recorded(answered.started, request, answered.response, redacted=places))
    return Script("day.jsonl", index, exchanges.__getitem__, at_end)


def matches(one: RecordedRequest, other: RecordedRequest, rules: MatchRules | None = None) -> bool:
    """Tell whether a request is answered by an exchange recorded for another."""
    return isinstance(find(script([one], rules), other, Turns()), Found)
