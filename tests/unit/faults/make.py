"""A pack with errors, and rules, for the tests of the faults."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from replaysandbox.core.fault import FaultFacts, FaultRule
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.faults.from_json import rule_from_json
from tests.unit.core.make import make_pack, make_route

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
FACTS = FaultFacts(AT, route="GET /battery/{id}", pack="demo", vendor="FoxESS", home=3, family="battery")

ERRORS = {
    "invalid_credential": ErrorAnswer(401, "BAD_KEY", "The key is not valid."),
    "expired_key": ErrorAnswer(401, "OLD_KEY", "The key has expired."),
    "device_not_found": ErrorAnswer(404, "NO_DEVICE", "There is no {device}."),
    "device_offline": ErrorAnswer(503, "OFFLINE", "It is offline."),
    "service_unavailable": ErrorAnswer(503, "UNAVAILABLE", "Later.", (("X-Why", "night"),)),
    "rate_limited": ErrorAnswer(429, "TOO_FAST", "Slow down.", (("retry-after", "1"),)),
}


def demo(**without: None) -> Pack:
    """Make a pack with these errors, some of them taken away."""
    errors = {name: answer for name, answer in ERRORS.items() if name not in without}
    return replace(make_pack(make_route("GET /battery/{id}"), make_route("POST /battery/{id}")), errors=errors)


def rule(fault: str = "", rule_id: str = "f1", **data: Any) -> FaultRule:
    """Make a rule the way users do; it must be a good one."""
    made = rule_from_json({**({"fault": fault} if fault else {}), **data}, rule_id)
    assert isinstance(made, FaultRule), str(made)
    return made
