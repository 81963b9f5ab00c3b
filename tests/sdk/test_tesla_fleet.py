"""PyPI `tesla-fleet-api` (aiohttp): logs in by itself, lists, reads, commands, reads the change, meets errors."""

from __future__ import annotations

from pathlib import Path

from tests.clients.island import Island
from tests.sdk.running import run_sdk

SCENARIO = """
format: 1
title: A car asleep, and a busy API
homes: 3
families: {battery: 1, ev_charger: 1, hvac: 1, solar_inverter: 1, vehicle: 1}
faults:
  - {error: asleep, route: "GET /api/1/vehicles/{id}/vehicle_data", times: 1}
  - {error: rate_limited, route: "GET /api/1/energy_sites/{id}/live_status", times: 1}
"""


def test_the_package_lives_a_whole_life(offline: Island, tmp_path: Path) -> None:
    scenario = tmp_path / "busy.yaml"
    scenario.write_text(SCENARIO)
    client = {"TESLA_CLIENT_ID": "client", "TESLA_CLIENT_SECRET": "secret"}
    assert run_sdk(offline, "tesla_fleet_app.py", "--scenario", str(scenario), **client) == {
        "partner": [False, 6, "ok"],
        "sent back": ["app.example/done", ["s1"]],
        "refreshed": ["expires", "refresh_token"],
        "region": ["na", "https://fleet-api.prd.na.vn.cloud.tesla.com"],
        "model": ["Model 3", 2],
        "asleep": "online",
        "done": [True],
        "parts": ["charge_state", "climate_state", "vehicle_state"],
        "charge": ["Charging", "Stopped", 100, 10, "StartAt"],
        "climate": [True, 20, "dog"],
        "state": [False, True, 1, "Car"],
        "signs": False,
        "charging": ["Charging", 10],
        "same car": True,
        "beside": [True, True, True],
        "limited": {"reset": "60", "after": "60"},
        "level": True,
        "site done": [201],
        "site": ["backup", 90, True, "pv_only"],
        "fills": True,
        "history": [282, "2026-06-01T00:00:00+00:00", 6],
        "adds up": True,
        "errors": ["NotFound", "OAuthExpired"],
    }
