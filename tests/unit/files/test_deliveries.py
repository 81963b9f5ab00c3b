from dataclasses import replace

import orjson
import pytest

from replaysandbox.core.delivery import Attempt, Delivery
from replaysandbox.core.webhooks import Message
from replaysandbox.files.deliveries import delivery_from, delivery_values
from tests.unit.worlds import AT

MESSAGE = Message("msg_1", "default", "amps", "action_failed", "push.failed", AT, "d", "act_1", '{"a":"é"}'.encode())
WAITING = Delivery("del_1", 7, MESSAGE, "http://x", "waiting", (Attempt(AT, 500, "no", 1.5),), 1, AT)


@pytest.mark.parametrize(
    "delivery",
    [WAITING, replace(WAITING, state="unsent", attempts=(), next_attempt=None), replace(WAITING, registered="whk_1")],
)
def test_a_delivery_comes_back_as_it_was(delivery: Delivery) -> None:
    assert delivery_from(orjson.loads(orjson.dumps(delivery_values(delivery)))) == delivery


@pytest.mark.parametrize("values", [{}, {"message": {}}, delivery_values(WAITING) | {"more": 1}])
def test_what_is_no_delivery_says_so(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no delivery that this version knows"):
        delivery_from(values)
