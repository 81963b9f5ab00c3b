"""PyPI `enode`: authenticates, lists, reads, commands, reads the change, meets an error, gets its webhooks."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_vendors_own_package_lives_a_whole_life(offline: Island) -> None:
    told = run_sdk(offline, "enode_app.py", ENODE_CLIENT_ID="client", ENODE_CLIENT_SECRET="secret")
    assert told["pages"] == [2, 1]
    assert told["vehicle"] == [True, True]
    assert told["own"] is True
    assert told["linked"] == 5
    assert told["inverter"] is False
    assert told["charger"] == "PLUGGED_IN:CHARGING"
    assert told["before"][1] == "SELF_RELIANCE"
    assert told["action"] == ["PENDING", "IMPORT_FOCUS"]
    assert told["same action"] is True
    assert told["after"] == ["CHARGING", True, "IMPORT_FOCUS"]
    assert told["stop"] == [True, "STOP", False]
    assert told["policy"] == [True, 40]
    assert told["link"] is True
    assert told["error"] == [404, "Not found"]
    assert {name: told[name] for name in list(told)[list(told).index("current") : -1]} == {
        "current": [10.0, 10.0],
        "cancelled": "CANCELLED",
        "car current": 8.0,
        "override": [None, True, True],
        "smart": "CONSIDERING",
        "hold": [23.5, 23.5],
        "schedule": "SCHEDULED",
        "meter": True,
        "of a user": {"hvacs": 1, "meters": 1, "batteries": 1, "chargers": 1},
        "solar": [96, True, 31],
        "charged": [3, True, True],
        "location": ["Cabin", 1, True, True, 0],
        "vendors": [True, True, True, True, True, True, True],
        "interventions": [],
        "hook": [True, "X-App", 1],
        "tested": ["SUCCESS", "2024-10-01"],
        "told": [True, True, True],
        "unlinked": [True, 1, 0],
        "linked again": ["https://app.example/done", True],
        "user again": True,
        "changed hook": ["user:hvac:updated"],
        "told after": ["user:hvac:updated"],
        "hooks": 0,
    }
