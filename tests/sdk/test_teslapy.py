"""PyPI `teslapy`: authenticates, lists, reads, commands, reads the change, meets an error."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_package_lives_a_whole_life(offline: Island) -> None:
    told = run_sdk(offline, "teslapy_app.py", TESLA_REFRESH_TOKEN="sk_test_demo")
    assert told["token"] is True
    assert told["products"] == [3, 3]
    assert told["charging"] == ["Charging", True, "Stopped"]
    assert told["limit"] == 60
    assert told["mode"] == ["self_consumption", "backup"]
    assert told["level"] is True
    assert told["error"] == [404, "not_found"]
