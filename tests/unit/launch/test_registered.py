from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from replaysandbox.core.delivery import Delivery, new_delivery
from replaysandbox.core.entries import Record
from replaysandbox.core.pack import Pack
from replaysandbox.core.webhooks import Message, Receiver, Registered, Webhooks
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import Start
from replaysandbox.launch.registered import receiver_of, registered_at
from replaysandbox.operations.bending import told_all
from tests.unit.worlds import AT, amps

WORDS = Registered("hooks", "to.url", "key", "events", "auth.name", "auth.value")
HERE: dict[str, Any] = {
    "to": {"url": "http://127.0.0.1:9000/hook"},
    "key": "mine",
    "events": ["a", "b"],
    "auth": {"name": "X-Api-Key", "value": "v"},
}
MESSAGE = Message("msg_1", "default", "amps", "action_completed", "a", AT, "d", body=b"{}")


def engine(body: Any, *, deleted: bool = False) -> Engine:
    entries = [Record(1, AT, "amps", "hooks", "h1", body)]
    entries += [Record(2, AT, "amps", "hooks", "h1", None)] if deleted else []
    pack = replace(amps().packs["amps"], webhooks=Webhooks({}, registered=WORDS))
    made = Engine(Settings(pack=("amps",)), Start(replace(amps(), packs={"amps": pack}), AT), AT)
    live = made.sessions["default"]
    live.session = replace(live.session, log=told_all(amps().world, entries))
    return made


def found(body: Any, *, deleted: bool = False, **settings: Any) -> Receiver | str:
    delivery: Delivery = new_delivery(MESSAGE, Receiver("http://127.0.0.1:9000/hook", id="h1"), 1, AT)
    return receiver_of(engine(body, deleted=deleted), Settings(pack=("amps",), **settings), delivery)


def test_members_of_the_collection_are_receivers_from_their_write_on() -> None:
    made = engine(HERE)
    pack: Pack = made.loaded.packs["amps"]
    log = made.sessions["default"].session.log
    receiver = Receiver("http://127.0.0.1:9000/hook", "amps", "h1", "mine", ("a", "b"), (("X-Api-Key", "v"),))
    assert list(registered_at(pack, log, AT)) == [receiver]
    assert list(registered_at(pack, log, AT - timedelta(seconds=1))) == []
    assert list(registered_at(replace(pack, webhooks=None), log, AT)) == []
    assert found(HERE) == receiver


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"to": "x", "events": "all", "auth": {"name": 7}},
        {"to": {"url": "http://[bad"}},
        {"to": {"url": "https:///nowhere"}},
    ],
)
def test_a_member_without_a_fitting_address_is_sent_nothing(body: Any) -> None:
    assert found(body) == "the address that was registered is no http(s) URL"


def test_who_was_deleted_is_sent_nothing_more() -> None:
    assert found(HERE, deleted=True) == "the receiver h1 is not registered any more"


@pytest.mark.parametrize("url", ["https://hooks.example.com/a", "http://10.0.0.5/a", "http://169.254.169.254/"])
def test_what_an_app_registers_stays_on_this_machine_unless_the_user_names_the_host(url: str) -> None:
    reason = found({"to": {"url": url}})
    assert isinstance(reason, str)
    assert "is not this machine; webhooks that an app registers go there with --pass" in reason


def test_the_user_may_name_the_host() -> None:
    body = {"to": {"url": "https://hooks.example.com/a"}}
    several: list[dict[str, Any]] = [{"pass_": ("*.example.com",)}, {"webhook": ("amps=https://hooks.example.com/b",)}]
    for settings in several:
        receiver = found(body, **settings)
        assert isinstance(receiver, Receiver)
        assert receiver.url == "https://hooks.example.com/a"
