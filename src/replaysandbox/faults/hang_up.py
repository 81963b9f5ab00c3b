"""`hang_up`: the connection is closed before an answer."""

from __future__ import annotations

from replaysandbox.core.exchange import Hangup
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.pack import Pack
from replaysandbox.faults.kind import Fault


def close(rule: FaultRule, _: Pack) -> Hangup:
    """Close the connection."""
    return Hangup(rule.verdict)


FAULT = Fault(
    name="hang_up",
    seen="the connection closed without an answer; the operation is not carried out",
    before=close,
)
