"""`status`: the API says no with a status, or with one of its own errors, in its own envelope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from replaysandbox.core.exchange import with_header
from replaysandbox.core.fault import FaultRule, Value
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.faults.kind import Argument, Fault
from replaysandbox.faults.wording import plainly, worded


def answer_with(rule: FaultRule, pack: Pack) -> ErrorAnswer | None:
    """Find the pack's answer and change what the rule says otherwise; None where it has no error of that name."""
    asked = rule.arguments
    name, status = str(asked.get("error", "")), asked.get("status")
    if name and name not in pack.errors:
        return None
    answer = plainly(pack.errors[name]) if name else worded(pack, int(status or 500))
    more = (("Retry-After", str(asked["retry_after_s"])),) if "retry_after_s" in asked else ()
    return replace(
        answer,
        status=int(status or answer.status),
        code=_code(str(asked["code"]), answer.code) if "code" in asked else answer.code,
        message=str(asked.get("message", answer.message)),
        headers=with_header(answer.headers, more),
    )


def _code(text: str, own: str | int) -> str | int:
    """Take a code as a number where the API's own are numbers."""
    return int(text) if isinstance(own, int) and text.isdecimal() and len(text) < 16 else text


def _check(arguments: Mapping[str, Value]) -> str:
    return "" if "status" in arguments or "error" in arguments else "the fault 'status' needs 'status' or 'error'"


FAULT = Fault(
    name="status",
    seen="the status, in the API's own error envelope; the operation is not carried out",
    arguments=(
        Argument("status", "whole", "HTTP status; without `error` it picks the pack's error.", 400, 599),
        Argument("error", "text", "Name of an error in the pack."),
        Argument("code", "text", "The API's error code, in place of the error's own."),
        Argument("message", "text", "Text for people, in place of the error's own."),
        Argument("retry_after_s", "whole", "Adds `Retry-After`. [s]", 0, 86_400),
    ),
    signs=("status", "error"),
    main="status",
    check=_check,
    before=answer_with,
)
