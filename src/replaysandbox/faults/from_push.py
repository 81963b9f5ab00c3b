"""The `sandbox` object of a push: `{"fault": "action_fails", "errorCode": "DEVICE_OFFLINE", "afterSeconds": 32}`.

Its name is the Amps API's; its members could not be read in the vendor's documentation and are ours: those of a rule,
in camel case with the unit spelt out.
"""

from __future__ import annotations

import re

from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_json import rule_from_json


def rule_from_push(value: object) -> FaultRule | BadFault | None:
    """Read the object that chooses a fault for this one push.

    Args:
        value: What stands there. Any fault may be asked for; of what narrows a rule, only `probability`.

    Returns:
        The rule, with id `push`; None where nothing or an empty object stands there.
    """
    if value is None or value == {}:
        return None
    return rule_from_json(value, "push", selectors=("probability",), spelling=camel)


def camel(key: str) -> str:
    """Spell one of our keys as bodies do: `retry_after_s` → `retryAfterSeconds`."""
    spelt = re.sub(r"_s$", "_seconds", key)
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), spelt)
