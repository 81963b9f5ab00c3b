from typing import Any

import pytest

from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.faults.rate_limit import answer_too_many
from tests.unit.faults.make import demo, rule


@pytest.mark.parametrize(
    ("data", "status", "retry_after"),
    [({}, 429, "30"), ({"retry_after_s": 7}, 429, "7"), ({"retry_after_s": 0, "status": 401}, 401, "0")],
)
def test_too_many_requests_with_retry_after(data: dict[str, Any], status: int, retry_after: str) -> None:
    expected = ErrorAnswer(status, "TOO_FAST", "Slow down.", (("Retry-After", retry_after),))
    assert answer_too_many(rule("rate_limit", **data), demo()) == expected


def test_a_pack_without_the_error_answers_plainly() -> None:
    answer = answer_too_many(rule("rate_limit"), demo(rate_limited=None))
    assert answer == ErrorAnswer(429, "TOO_MANY_REQUESTS", "Too Many Requests.", (("Retry-After", "30"),))
