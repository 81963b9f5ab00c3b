"""PyPI `solaredge` (httpx, sync and async) and `aiosolaredge` (aiohttp): list, read, series over a day, an error."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk

KEY = "L4QLVQ1LOKCQX2193VSEICXW61NP6B1O"
"""SolarEdge's own example of a key."""


def test_the_package_lives_a_whole_life_sync_and_async(offline: Island) -> None:
    told = run_sdk(offline, "solaredge_app.py", SOLAREDGE_API_KEY=KEY)
    assert told["pages"] == [3, 2, 1]
    assert told["period"] == "2026-06-01"
    assert told["overview"] == ["2026-06-01 23:30:00", 0, True, True]
    unit, solar_kw, storage, flows = told["flow"]
    assert (unit, solar_kw) == ("kW", 0)
    assert storage in ("Idle", "Charging", "Discharging")
    assert {"Idle": "", "Charging": "LOAD>Storage", "Discharging": "STORAGE>Load"}[storage] in ["", *flows]
    assert told["inventory"] == [1, 1]
    assert told["several"] == [[2, True]] * 4
    assert told["benefits"] == ["kg", "lb", 2.205]
    assert told["inverter"] == [12, "2026-06-01 12:00:00", "MPPT"]
    assert told["read"] == [["FeedIn", 23], ["Purchased", 23]]
    assert told["not its inverter"] == 404
    assert told["power"] == [92, {"date": "2026-06-01 00:00:00", "value": 0}, "2026-06-01 12:00:00", True]
    assert told["energy"] == [24, "2026-06-01 00:00:00"]
    assert told["meters"] == ["Production", "Purchased"]
    assert told["energy meters"] == ["Consumption", "FeedIn", "Production", "Purchased", "SelfConsumption"]
    assert told["storage"] == [1, 92, 92, True]
    for fact in (
        "details",
        "equipment",
        "day adds up",
        "frame",
        "day is the overview's",
        "same power",
        "self",
        "stored",
        "same overview",
        "same energy",
        "same frame",
        "counts up",
        "known meter",
        "same feed-in",
    ):
        assert told[fact] is True, fact
    assert told["not there"] == ["SolarEdgeNotFoundError", 404, {"String": "Site 7 was not found"}]
    assert told["async"] == [True, 92]
    assert told["wrong key"] == [403, {"String": "Invalid token"}]


def test_home_assistants_package_lives_a_whole_life(offline: Island) -> None:
    told = run_sdk(offline, "aiosolaredge_app.py", SOLAREDGE_API_KEY=KEY)
    assert told["details"] == "Active"
    assert told["overview"] == "2026-06-01 23:30:00"
    assert told["inventory"] == 1
    assert told["flow"][0::2] == ["kW", False]
    assert told["energy"] == [["Production", 23], ["FeedIn", 23]]
    assert told["storage"] == [1, "2026-06-01 00:00:00"]
    assert told["too long"] == 403
