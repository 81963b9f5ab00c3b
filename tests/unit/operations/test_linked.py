from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Link
from replaysandbox.operations.bending import told_all
from replaysandbox.operations.ids import device_id
from replaysandbox.world.world import nth, position_of, total
from tests.unit.worlds import AT, amps, ask, first, told

LOADED = amps("full-house")
WORLD = LOADED.world
PACK = LOADED.packs["amps"]
COUNT = total(WORLD, "battery")


def unlinked(*places: int, pack: str = "amps") -> CommandLog:
    return told_all(WORLD, [Link(n, AT, pack, nth(WORLD, "battery", k), False) for n, k in enumerate(places, 1)])


def listed(log: CommandLog, offset: int, limit: int) -> tuple[list[str], dict[str, object]]:
    _, body = told(ask(f"/battery?offset={offset}&limit={limit}", log=log, scenario="full-house"))
    return [item["id"] for item in body["data"]["items"]], body["data"]["pagination"]


@given(st.sets(st.integers(0, COUNT - 1)), st.integers(0, COUNT + 1), st.integers(1, 7))
def test_pages_are_those_of_the_list_without_the_disconnected(gone: set[int], offset: int, limit: int) -> None:
    rest = [device_id(PACK, WORLD, nth(WORLD, "battery", k)) for k in range(COUNT) if k not in gone]
    seen, page = listed(unlinked(*sorted(gone)), offset, limit)
    assert seen == rest[offset : offset + limit]
    assert (page["total"], page["hasMore"]) == (len(rest), offset + len(seen) < len(rest))


def test_a_place_is_that_of_the_list() -> None:
    assert [position_of(WORLD, nth(WORLD, "battery", k)) for k in range(COUNT)] == list(range(COUNT))


def test_who_is_disconnected_is_not_found_by_that_api_and_only_since_then() -> None:
    device = first("battery")
    log = told_all(amps().world, [Link(1, AT, "amps", DeviceRef("battery", 0), False)])
    for method, target, body in [
        ("GET", f"/battery/{device}", None),
        ("POST", f"/battery/{device}", {"action": {"command": "charge"}}),
        ("POST", f"/battery/{device}/settings", {"discharge_floor": {"value": 20, "unit": "percent"}}),
    ]:
        status, answer = told(ask(target, method=method, body=body, log=log))
        assert (status, answer["error"]["code"]) == (404, "DEVICE_NOT_FOUND")
    before = AT - timedelta(seconds=1)
    assert told(ask(f"/battery/{device}", log=log, at=before))[0] == 200
    other = told_all(amps().world, [Link(1, AT, "other", DeviceRef("battery", 0), False)])
    assert told(ask(f"/battery/{device}", log=other))[0] == 200
