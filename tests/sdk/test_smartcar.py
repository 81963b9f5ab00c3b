"""PyPI and npm `smartcar`: authenticate by a code and a refresh token, list, read, batch, command, meet errors."""

from __future__ import annotations

from pathlib import Path

from tests.clients.island import Island
from tests.sdk.running import run_sdk

CLIENT = {"SMARTCAR_CLIENT_ID": "client", "SMARTCAR_CLIENT_SECRET": "secret"}


def test_the_python_package_lives_a_whole_life(offline: Island) -> None:
    assert run_sdk(offline, "smartcar_app.py", **CLIENT) == {
        "state": ["s1"],
        "listed": True,
        "attributes": True,
        "vin": 17,
        "plugged in": True,
        "battery": True,
        "km a mile": 1.609,
        "meta": ["metric", "imperial", "2026-06-01T23:30:00.000Z"],
        "batch": [True, "imperial", True, True, True],
        "error in batch": ["COMPATIBILITY", "VEHICLE_NOT_CAPABLE"],
        "command": "success",
        "changed": True,
        "limit": ["success", 0.8],
        "charge command": "success",
        "charge": ["CHARGING", "NOT_CHARGING"],
        "user": 36,
        "nominal": True,
        "place": True,
        "tires": 6.89,
        "permissions": [11, ["control_navigation", "control_security"]],
        "destination": "success",
        "subscribed": "my-webhook",
        "unsubscribed": "success",
        "refused": [[501, "COMPATIBILITY"]] * 5,
        "error=asleep": [409, "VEHICLE_STATE", "ASLEEP", None],
        "rate_limit; retry_after_s=30": [429, "RATE_LIMIT", "SMARTCAR_API", "30"],
        "compatible": [True, False],
        "matrix": ["FORD", "TESLA"],
        "v3": "RENAULT",
        "signals": [10, True],
        "unknown signal": "SIGNAL_NOT_FOUND",
        "connections": [2, 1, None],
        "own connection": True,
        "disconnected": ["success", 2, True, 1],
        "error": [404, "RESOURCE_NOT_FOUND", True],
        "no token": [401, "AUTHENTICATION"],
    }


def test_the_npm_package_lives_a_whole_life(offline: Island, npm_packages: Path) -> None:
    told = run_sdk(offline, "smartcar_app.cjs", NODE_PATH=str(npm_packages / "node_modules"), **CLIENT)
    assert told == {
        "state": "s1",
        "listed": True,
        "attributes": True,
        "vin": 17,
        "battery": True,
        "ratio": 1.609,
        "meta": ["imperial", "2026-06-01T23:30:00.000Z"],
        "batch": [True, True],
        "errorInBatch": ["COMPATIBILITY", "VEHICLE_NOT_CAPABLE"],
        "command": "success",
        "changed": True,
        "stop": "success",
        "charge": "NOT_CHARGING",
        "user": 36,
        "nominal": "SMARTCAR",
        "capacity": True,
        "place": True,
        "tires": 230,
        "limit": ["success", 0.7],
        "permissions": ["control_navigation", "control_security"],
        "destination": "success",
        "subscribed": "my-webhook",
        "unsubscribed": "success",
        "refused": [[501, "COMPATIBILITY"]] * 5,
        "faults": [[409, "VEHICLE_STATE", "ASLEEP", None], [429, "RATE_LIMIT", "SMARTCAR_API", "30"]],
        "compatible": [True, False],
        "matrix": ["TESLA"],
        "v3": "RENAULT",
        "signals": 10,
        "signal": False,
        "connections": [2, "string"],
        "disconnected": ["success", 1, 1],
        "error": [404, "RESOURCE_NOT_FOUND", "PATH"],
    }
