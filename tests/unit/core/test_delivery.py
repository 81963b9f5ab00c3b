from dataclasses import replace
from datetime import UTC, datetime

from replaysandbox.core.delivery import Attempt, delivery_id, new_delivery
from replaysandbox.core.webhooks import Message, Receiver

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
MESSAGE = Message("msg_1", "default", "amps", "action_completed", "push.completed", AT, "device_1", body=b"{}")


def test_a_delivery_begins_waiting_where_there_is_a_receiver() -> None:
    delivery = new_delivery(MESSAGE, Receiver("http://127.0.0.1:9"), 1, AT)
    assert (delivery.state, delivery.next_attempt, delivery.tried) == ("waiting", AT, False)
    assert replace(delivery, tries=1).tried


def test_without_a_receiver_it_is_kept_unsent() -> None:
    delivery = new_delivery(MESSAGE, None, 1, AT)
    assert (delivery.state, delivery.next_attempt, delivery.tried) == ("unsent", None, True)


def test_what_has_no_body_has_failed_and_says_why() -> None:
    delivery = new_delivery(replace(MESSAGE, problem="no template"), Receiver("http://127.0.0.1:9"), 1, AT)
    assert (delivery.state, delivery.attempts) == ("failed", (Attempt(AT, error="no template"),))


def test_an_id_is_made_of_event_and_receiver() -> None:
    ids = {delivery_id(message, url) for message in ("a", "b") for url in ("", "http://x", "http://y")}
    assert len(ids) == 6
    assert delivery_id("a", "http://x") in ids
