"""`rate_limit`: too many requests, with `Retry-After`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from replaysandbox.core.exchange import with_header
from replaysandbox.core.fault import FaultRule
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.faults.kind import Argument, Fault
from replaysandbox.faults.wording import worded

RETRY_AFTER_S: Final = 30
"""How long to wait where nobody says it. [s] Ours."""


def answer_too_many(rule: FaultRule, pack: Pack) -> ErrorAnswer:
    """Answer with the pack's error `rate_limited`, or with its error of status 429.

    Source:
        `Retry-After` in whole seconds: RFC 9110, 10.2.3; with 429: RFC 6585, 4.
    """
    answer = worded(pack, 429, "rate_limited")
    headers = with_header(answer.headers, (("Retry-After", str(rule.arguments["retry_after_s"])),))
    return replace(answer, status=int(rule.arguments.get("status", answer.status)), headers=headers)


FAULT = Fault(
    name="rate_limit",
    seen="429 with `Retry-After`, in the API's own error envelope; the operation is not carried out",
    arguments=(
        Argument("retry_after_s", "whole", "Value of `Retry-After`. [s]", 0, 86_400, default=RETRY_AFTER_S),
        Argument("status", "whole", "HTTP status, in place of the pack's own for it.", 400, 599),
    ),
    main="retry_after_s",
    before=answer_too_many,
)
