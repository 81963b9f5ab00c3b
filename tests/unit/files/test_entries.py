from dataclasses import fields

import pytest

from replaysandbox.core.action import Failure
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.files.entries import LostDeviceError, entry_from, entry_text
from tests.unit.core.actions import AT, BATTERY, after, make_action
from tests.unit.worlds import amps

FULL = make_action(
    4, AT, DeviceRef("ev_charger", 2), start=after(hours=1), end=after(hours=2), failure=Failure("X", "no", 32.0)
)
ENTRIES: list[Entry] = [
    Pushed(FULL),
    Pushed(make_action(1, after(microseconds=1))),
    Cancelled(after(minutes=1), (4, 1)),
    Write(5, AT, "amps", BATTERY, "discharge_floor", 25.0, {"floor_pct": 25.0}),
    Steer(6, AT, BATTERY, "pin", {"level_pct": 12.0}),
    Link(7, AT, "amps", BATTERY, linked=False),
    Record(8, AT, "enode", "users", "ü", {"name": None, "list": [1, 2.5, "x"]}),
    Record(9, AT, "enode", "users", "ü", None),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    assert entry_from(amps().world, entry_text(amps().world, entry)) == entry


def test_every_member_is_written() -> None:
    text = entry_text(amps().world, Pushed(FULL))
    assert [field.name for field in fields(FULL) if f'"{field.name}":' not in text] == []


def test_a_device_that_is_gone_is_told() -> None:
    text = entry_text(amps().world, Steer(1, AT, BATTERY, "online")).replace('"device":', '"device":9999')
    with pytest.raises(LostDeviceError, match="does not have"):
        entry_from(amps().world, text)


@pytest.mark.parametrize("text", ['{"kind":"dance"}', "{}", '{"kind":"link","at":"2026-06-01T12:00:00+00:00"}', "not"])
def test_what_no_version_wrote_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whoever reads it says file and entry
        entry_from(amps().world, text)
