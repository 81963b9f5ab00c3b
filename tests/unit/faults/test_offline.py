from datetime import timedelta

import pytest

from replaysandbox.core.scenario import Outage
from replaysandbox.faults.offline import cut_off
from tests.unit.faults.make import AT, FACTS, rule


@pytest.mark.parametrize("kind", ["offline", "fallback"])
def test_since_the_rule_began_or_since_this_instant(kind: str) -> None:
    begun = rule("offline", kind=kind, **{"from": "2026-06-01T11:00:00Z"})
    assert cut_off(begun, FACTS) == Outage(kind, AT - timedelta(hours=1))  # type: ignore[arg-type]
    assert cut_off(rule("offline", kind=kind), FACTS) == Outage(kind, AT)  # type: ignore[arg-type]


def test_a_device_is_gone_unless_said_otherwise() -> None:
    assert cut_off(rule("offline"), FACTS).kind == "offline"
