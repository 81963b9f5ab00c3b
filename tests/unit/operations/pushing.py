"""A session that is told what to do, for the tests of the writing side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from replaysandbox.answer import Answered
from replaysandbox.check import violations
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import Reply
from replaysandbox.core.fault import FaultRule
from tests.unit.worlds import AT, amps, ask, first, told


@dataclass
class Told:
    """Asks one after another, on one log, each answer held to the contract."""

    at: datetime = AT
    log: CommandLog = field(default_factory=CommandLog)
    rules: tuple[FaultRule, ...] = ()

    def ask(self, method: str, target: str, body: object = None) -> tuple[int, Any]:
        answered: Answered = ask(target, method=method, body=body, at=self.at, log=self.log, rules=self.rules)
        assert isinstance(answered.outcome, Reply)
        reply, path = answered.outcome, target.partition("?")[0]
        assert violations(amps().checkers["amps"], method, path, reply.status, reply.headers, reply.body) == []
        self.log = answered.log or self.log
        return told(answered)

    def push(
        self, command: str, family: str = "battery", *, conflict: str | None = None, **action: Any
    ) -> tuple[int, Any]:
        body: dict[str, Any] = {"action": {"command": command, **action}}
        if conflict is not None:
            body["onConflict"] = conflict
        return self.ask("POST", f"/{family}/{first(family)}", body)

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)


def error(answer: tuple[int, Any]) -> tuple[int, str, Any]:
    status, body = answer
    return status, body["error"]["code"], body["error"].get("details")
