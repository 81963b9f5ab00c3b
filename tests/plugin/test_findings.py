from __future__ import annotations

from typing import Any

import pytest
from pytest_replaysandbox.findings import Remedies, found, listing, message

NEAR = {"route": "GET /battery", "pack": "amps", "part": "path", "reason": "segment 1 is 'batt'"}
REFUSED = "no loaded pack imitates other.example; to let it through: `pass: [other.example]` in replaysandbox.yaml"


def _exchange(verdict: str = "simulate", **more: Any) -> dict[str, Any]:
    given = {"session": "default", "number": 1, "method": "GET", "url": "https://api.amps.ai/batt", "status": 200}
    return given | {"verdict": verdict, "route": None, "pack": "amps", "fault": None, "near": [], **more}


MISS = _exchange("miss", status=501, near=[NEAR])
BROKEN = _exchange(violations=[{"side": "request", "pointer": "query limit", "message": "0 is less than 1"}])


@pytest.mark.parametrize(("kinds", "count"), [(["miss"], 1), (["violation"], 1), (["miss", "violation"], 2), ([], 0)])
def test_kinds_of_finding(kinds: list[str], count: int) -> None:
    assert len(found([MISS, BROKEN, _exchange(), _exchange(violations=[])], frozenset(kinds))) == count


def test_a_miss_says_what_came_nearest_and_what_to_do() -> None:
    assert message([MISS], Remedies("t.py::test")).splitlines() == [
        "1 call was answered by no route:",
        "  GET https://api.amps.ai/batt",
        "    nearest: GET /battery (amps): path: segment 1 is 'batt'",
        "  To mend it: correct the call, or teach the pack this route (replaysandbox pack list says where it is).",
        "  Where the test means it: @pytest.mark.sandbox(fail_on='none'), or --sandbox-fail-on none.",
    ]


def test_a_miss_of_a_replay_says_how_to_record_it() -> None:
    told = message([MISS, MISS], Remedies("t.py::test", "captures/t.capture"))
    assert told.startswith("2 calls were answered by no exchange of captures/t.capture:")
    assert "pytest --sandbox-record new_episodes 't.py::test'" in told


def test_a_violation_is_told_in_the_contracts_words() -> None:
    told = message([BROKEN], Remedies("t.py::test"))
    assert (
        "1 call was against the API's contract:\n  GET https://api.amps.ai/batt\n"
        "    request query limit: 0 is less than 1" in told
    )


def test_no_more_than_some_are_told() -> None:
    assert "… and 5 more" in message([MISS] * 15, Remedies("n"))
    assert listing([_exchange()] * 35).splitlines()[0] == "… 5 calls before"


def test_calls_in_a_line_each() -> None:
    refused = _exchange("refused", url="https://other.example", status=502, pack=None)
    calls = [_exchange(route="GET /battery", fault="status"), _exchange(status=None), refused]
    assert listing(calls).splitlines() == [
        "200 GET https://api.amps.ai/batt  (simulate, GET /battery, fault status)",
        "--- GET https://api.amps.ai/batt  (simulate)",
        f"502 GET https://other.example  (refused: {REFUSED})",
    ]
    assert listing([]) == "no calls reached the sandbox"
