from dataclasses import replace

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.session import Session
from replaysandbox.operations.call import Call
from replaysandbox.operations.facts import device_facts, request_facts
from replaysandbox.operations.ids import device_id
from tests.unit.worlds import AT, amps

LOADED = amps("people")
PACK, WORLD = LOADED.packs["amps"], LOADED.world
ROUTE = next(route for route in PACK.routes if route.name == "GET /battery/{id}")


def test_a_request_that_names_a_device_tells_of_it() -> None:
    text = device_id(PACK, WORLD, DeviceRef("battery", 0))
    call = Call(PACK, ROUTE, {"id": text}, {}, None, WORLD, Session(seen=3, hits={"r": 1}), AT)
    facts, device = request_facts(call)
    assert device == text
    assert (facts.route, facts.family, facts.home, facts.home_name) == ("GET /battery/{id}", "battery", 0, "alice")
    assert facts.vendor
    assert facts.hits == {"r": 1}
    assert request_facts(replace(call, session=Session(seen=4)))[0].key != facts.key


def test_a_request_for_nobody_tells_of_the_route_only() -> None:
    call = Call(PACK, ROUTE, {"id": "device_x"}, {}, None, WORLD, Session(), AT)
    facts, device = request_facts(call)
    assert (facts.route, facts.vendor, facts.home, device) == ("GET /battery/{id}", "", None, "")


def test_a_devices_draws_are_the_same_at_every_instant() -> None:
    seen = [device_facts(PACK, WORLD, Session(seen=n), DeviceRef("hvac", 1), AT).key for n in range(3)]
    assert len(set(seen)) == 1
