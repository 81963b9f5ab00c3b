import pytest

from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.faults.wording import plainly, worded
from tests.unit.faults.make import ERRORS, demo


@pytest.mark.parametrize(
    ("status", "names", "answer"),
    [
        (429, ("rate_limited",), ERRORS["rate_limited"]),
        (429, ("nothing", "expired_key"), ERRORS["expired_key"]),
        (503, (), ERRORS["service_unavailable"]),
        (401, (), ERRORS["invalid_credential"]),
        (418, (), ErrorAnswer(418, "IM_A_TEAPOT", "I'm a Teapot.")),
        (422, (), ErrorAnswer(422, "UNPROCESSABLE_CONTENT", "Unprocessable Content.")),
        (599, (), ErrorAnswer(599, "STATUS_599", "Status 599.")),
    ],
)
def test_by_name_then_by_status_then_plainly(status: int, names: tuple[str, ...], answer: ErrorAnswer) -> None:
    assert worded(demo(), status, *names) == answer


def test_a_message_with_holes_is_replaced() -> None:
    assert plainly(ERRORS["device_not_found"]).message == "Not Found, as a fault of the sandbox asks for."
    assert plainly(ERRORS["expired_key"]) is ERRORS["expired_key"]
