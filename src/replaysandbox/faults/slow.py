"""`slow`: the answer comes late, by a fixed time or by one drawn around a mean."""

from __future__ import annotations

from collections.abc import Mapping

from replaysandbox.core.fault import FaultFacts, FaultRule, Value
from replaysandbox.core.noise import mix, normal, signal
from replaysandbox.faults.kind import LONGEST_DELAY_S, Argument, Fault

_SPREAD = 1
"""Sets the draw of the delay apart from that of the probability."""


def hold_back_s(rule: FaultRule, facts: FaultFacts) -> float:
    """Tell how long the answer is held back. [s]

    Source:
        Normal, drawn by hash and bounded at 3.46 standard deviations (core/noise.py), then held within 0 and
        `LONGEST_DELAY_S`: ours, so that no draw hangs a test.
    """
    asked = rule.arguments
    if "delay_s" in asked:
        return float(asked["delay_s"])
    drawn = normal(mix(facts.key, signal(rule.id), _SPREAD))
    return min(max(float(asked["mean_s"]) + float(asked["sd_s"]) * drawn, 0.0), LONGEST_DELAY_S)


def _check(arguments: Mapping[str, Value]) -> str:
    given = [name for name in ("delay_s", "mean_s", "sd_s") if name in arguments]
    if given in (["delay_s"], ["mean_s", "sd_s"]):
        return ""
    return "the fault 'slow' needs either 'delay_s', or 'mean_s' and 'sd_s'"


FAULT = Fault(
    name="slow",
    seen="the usual answer, late",
    arguments=(
        Argument("delay_s", "number", "Fixed delay. [s]", 0, LONGEST_DELAY_S),
        Argument("mean_s", "number", "Mean of a normal delay. [s]", 0, LONGEST_DELAY_S),
        Argument("sd_s", "number", "Its standard deviation. [s]", 0, LONGEST_DELAY_S),
    ),
    signs=("delay_s", "mean_s", "sd_s"),
    main="delay_s",
    check=_check,
    delay=hold_back_s,
)
