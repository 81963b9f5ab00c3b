import pytest

from tests.unit.worlds import amps, ask, first, told


def test_a_device_is_read_by_its_id_in_its_own_family() -> None:
    device = first("battery")
    assert told(ask(f"/battery/{device}"))[0] == 200
    assert told(ask(f"/vehicle/{device}"))[1]["error"]["code"] == "DEVICE_NOT_FOUND"


@pytest.mark.slow
def test_a_device_out_of_reach_is_an_error_or_a_fallback_by_kind() -> None:
    seen = set()
    for item in told(ask("/battery?limit=50", scenario="offline-devices"))[1]["data"]["items"]:
        answered = ask(f"/battery/{item['id']}", scenario="offline-devices")
        status, body = told(answered)
        assert answered.device == item["id"]
        if item["sync"]["available"]:
            assert (status, body["data"]["metadata"]["source"]) == (200, "live")
            seen.add("live")
        elif status == 200:
            assert body["data"]["metadata"]["source"] == "fallback"
            assert body["data"]["sync"]["lastPulledAt"] < body["meta"]["timestamp"]
            seen.add("fallback")
        else:
            assert (status, body["error"]["code"]) == (503, "DEVICE_OFFLINE")
            seen.add("offline")
    assert {"live", "offline"} <= seen
    assert amps("offline-devices").world.scenario.outages
