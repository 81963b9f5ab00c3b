"""PyPI `tesla-fleet-api` (aiohttp): lists, reads, commands, reads the change, meets an error."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_package_lives_a_life_with_a_token_it_has(offline: Island) -> None:
    told = run_sdk(offline, "tesla_fleet_app.py", TESLA_ACCESS_TOKEN="sk_test_demo")
    assert told == {"products": 6, "level": True, "mode": "backup", "charging": "Stopped", "error": 404}
