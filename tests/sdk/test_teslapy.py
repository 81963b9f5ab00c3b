"""PyPI `teslapy`: logs in on Tesla's page, lists, reads, commands, reads the change, meets an error."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_package_lives_a_whole_life(offline: Island) -> None:
    assert run_sdk(offline, "teslapy_app.py") == {
        "page knows": "me@example.com",
        "token": [True, True],
        "products": [3, 3],
        "decoded": "Tesla Model 3",
        "awake": True,
        "charging": ["Charging", True, "Stopped"],
        "CHANGE_CHARGE_LIMIT": True,
        "CHANGE_CHARGE_STANDARD": True,
        "locked": [False, True],
        "range": True,
        "set": ["Updated", "Updated"],
        "mode": ["self_consumption", "backup", 70],
        "export": "battery_ok",
        "level": True,
        "history": [144, True],
        "error": [404, "not_found"],
    }
