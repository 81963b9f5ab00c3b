"""`expired_key`: the credential that worked a moment ago has expired."""

from __future__ import annotations

from replaysandbox.core.fault import FaultRule
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.faults.kind import Fault
from replaysandbox.faults.wording import worded


def answer_expired(_: FaultRule, pack: Pack) -> ErrorAnswer:
    """Answer with the pack's error `expired_key`, or `expired_token`, else as to a credential that is not valid."""
    return worded(pack, 401, "expired_key", "expired_token", "invalid_credential")


FAULT = Fault(
    name="expired_key",
    seen="the API's own answer to an expired credential; the operation is not carried out",
    before=answer_expired,
)
