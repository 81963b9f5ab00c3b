"""PyPI `enode`: authenticates, lists, reads, commands, reads the change, meets an error."""

from __future__ import annotations

from tests.clients.island import Island
from tests.sdk.running import run_sdk


def test_the_vendors_own_package_lives_a_whole_life(offline: Island) -> None:
    told = run_sdk(offline, "enode_app.py", ENODE_CLIENT_ID="client", ENODE_CLIENT_SECRET="secret")
    assert told["pages"] == [2, 1]
    assert told["vehicle"] == [True, True]
    assert told["own"] is True
    assert told["linked"] == 4
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
