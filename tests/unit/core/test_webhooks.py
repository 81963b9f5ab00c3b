from dataclasses import replace
from uuid import UUID

import pytest

from replaysandbox.core.webhooks import Message, Receiver
from tests.unit.core.actions import AT

MESSAGE = Message("msg_1", "default", "enode", "device_changed", "user:vehicle:updated", AT, "d")
REGISTERED = Receiver("http://127.0.0.1:1", "enode", "whk_1", events=("user:vehicle:updated",))


@pytest.mark.parametrize(
    ("receiver", "gets"),
    [
        (Receiver("http://x"), True),
        (Receiver("http://x", "enode"), True),
        (Receiver("http://x", "amps"), False),
        (REGISTERED, True),
        (replace(REGISTERED, events=()), True),
        (replace(REGISTERED, events=("a", "*")), True),
        (replace(REGISTERED, events=("user:battery:updated",)), False),
    ],
)
def test_who_gets_a_message(receiver: Receiver, gets: bool) -> None:
    assert receiver.gets(MESSAGE) is gets


def test_what_is_for_one_receiver_goes_to_it_whatever_it_asked_for() -> None:
    only = replace(MESSAGE, only="whk_1", event="test")
    assert REGISTERED.gets(only)
    assert not replace(REGISTERED, id="whk_2").gets(only)
    assert not Receiver("http://x").gets(only)


def test_an_id_has_one_uuid() -> None:
    assert UUID(MESSAGE.uuid).version == 4
    assert MESSAGE.uuid == replace(MESSAGE, event="other").uuid != replace(MESSAGE, id="msg_2").uuid
