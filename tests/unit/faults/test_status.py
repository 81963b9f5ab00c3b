from dataclasses import replace
from typing import Any

import pytest

from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.faults.status import answer_with
from tests.unit.faults.make import ERRORS, demo, rule


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ({"status": 503}, ERRORS["service_unavailable"]),
        ({"error": "device_offline"}, ERRORS["device_offline"]),
        ({"error": "device_offline", "status": 500}, ErrorAnswer(500, "OFFLINE", "It is offline.")),
        ({"status": 401}, ERRORS["invalid_credential"]),
        ({"status": 502}, ErrorAnswer(502, "BAD_GATEWAY", "Bad Gateway.")),
        ({"status": 502, "code": "X", "message": "y"}, ErrorAnswer(502, "X", "y")),
        (
            {"status": 503, "retry_after_s": 5},
            ErrorAnswer(503, "UNAVAILABLE", "Later.", (("X-Why", "night"), ("Retry-After", "5"))),
        ),
        ({"status": 404}, ErrorAnswer(404, "NO_DEVICE", "Not Found, as a fault of the sandbox asks for.")),
    ],
)
def test_the_api_says_it_in_its_own_words(data: dict[str, Any], answer: ErrorAnswer) -> None:
    assert answer_with(rule(**data), demo()) == answer


def test_an_error_this_api_does_not_have_is_no_answer() -> None:
    assert answer_with(rule(error="device_offline"), demo(device_offline=None)) is None


def test_where_the_apis_codes_are_numbers_so_are_those_of_faults() -> None:
    pack = demo()
    numbered = replace(pack, errors={name: replace(each, code=7) for name, each in pack.errors.items()})
    for asked, code in (
        ({"status": 418}, 418),
        ({"status": 500, "code": "77"}, 77),
        ({"status": 503, "code": "x"}, "x"),
    ):
        answer = answer_with(rule(**asked), numbered)
        assert answer is not None
        assert answer.code == code
    plain = answer_with(rule(status=500, code="77"), pack)
    assert plain is not None
    assert plain.code == "77"
