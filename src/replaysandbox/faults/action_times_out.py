"""`action_times_out`: a command is accepted, and its action hangs until the API gives it up."""

from __future__ import annotations

from replaysandbox.core.action import Failure
from replaysandbox.core.fault import FaultRule
from replaysandbox.faults.action_fails import LONGEST_ACTION_S
from replaysandbox.faults.kind import Argument, Fault


def give_up(rule: FaultRule, _: float) -> Failure:
    """Tell when the API gives the action up.

    Source:
        `TIMEOUT` is one of the codes of the Amps documentation (live-api.md, section 9); five minutes are ours.
    """
    return Failure("TIMEOUT", "The device did not answer in time.", float(rule.arguments["after_s"]))


FAULT = Fault(
    name="action_times_out",
    seen="the command accepted; its action acknowledged for long, then failed with `TIMEOUT`, and the webhook of that",
    arguments=(Argument("after_s", "number", "Time from the action's begin. [s]", 0, LONGEST_ACTION_S, default=300),),
    main="after_s",
    fate=give_up,
)
