"""npm `teslajs`: logs in on Tesla's page, lists, reads, commands, reads the change, meets errors."""

from __future__ import annotations

from pathlib import Path

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_npm_package_lives_a_whole_life(offline: Island, npm_packages: Path) -> None:
    login = {"TESLA_NAME": "me@example.com", "TESLA_PASSWORD": "secret"}
    told = run_sdk(offline, "teslajs_app.cjs", NODE_PATH=str(npm_packages / "node_modules"), **login)
    assert told == {
        "tokens": [True, True, True],
        "products": [6, 3],
        "car": [True, 17, "Model 3"],
        "state": "online",
        "parts": [True] * 6,
        "woken": "online",
        "chargers": 0,
        "done": True,
        "charge": ["Charging", "Stopped", "Complete", 50, 8],
        "climate": [True, 19, 23],
        "vehicle": [True, False, True],
        "site": 0,
        "byVin": True,
        "errors": ["Error response: 404", "Unauthorized"],
        "out": 200,
    }
