"""`offline`: a device is out of reach, and comes back when the rule ends."""

from __future__ import annotations

from typing import Literal, cast

from replaysandbox.core.fault import FaultFacts, FaultRule
from replaysandbox.core.scenario import Outage
from replaysandbox.faults.kind import Argument, Fault


def cut_off(rule: FaultRule, facts: FaultFacts) -> Outage:
    """Tell how the device is out of reach, and since when; without a beginning, since this instant."""
    kind = cast("Literal['fallback', 'offline']", rule.arguments["kind"])
    return Outage(kind, rule.start or facts.at)


FAULT = Fault(
    name="offline",
    seen="until the rule ends: reads refused (`offline`) or old (`fallback`), lists stale, actions failing",
    arguments=(
        Argument(
            "kind",
            "text",
            "`offline`: the device is gone. `fallback`: its vendor's cloud hiccups.",
            choices=("offline", "fallback"),
            default="offline",
        ),
    ),
    main="kind",
    barred=("route", "times"),
    outage=cut_off,
)
