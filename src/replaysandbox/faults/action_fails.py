"""`action_fails`: a command is accepted, and its action fails."""

from __future__ import annotations

from replaysandbox.core.action import Failure
from replaysandbox.core.fault import FaultRule
from replaysandbox.faults.kind import Argument, Fault

LONGEST_ACTION_S = 604_800.0
"""Longest life of an action that fails, from its begin: a week. Ours. [s]"""


def fail(rule: FaultRule, failed_s: float) -> Failure:
    """Tell how the action fails; without `after_s` when failures show in this API. [s]

    Source:
        Default code: the failure sampled in the Amps documentation (live-api.md, section 3.4).
    """
    asked = rule.arguments
    return Failure(str(asked["error_code"]), str(asked["error_message"]), float(asked.get("after_s", failed_s)))


FAULT = Fault(
    name="action_fails",
    seen="the command accepted; its action acknowledged, then failed with the code, and the webhook of that",
    arguments=(
        Argument("error_code", "text", "The action's error code.", default="DEVICE_OFFLINE"),
        Argument("error_message", "text", "Text for people.", default="The device cannot be reached."),
        Argument("after_s", "number", "Time from the action's begin; else the pack's own. [s]", 0, LONGEST_ACTION_S),
    ),
    main="error_code",
    fate=fail,
)
