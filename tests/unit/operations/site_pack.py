"""A small API of sites, cars and notes that uses the words of the format which Amps does not need."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from replaysandbox.answer import Answered, Loaded, answer
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import Headers, Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from tests.unit.worlds import AT


@cache
def sites() -> Loaded:
    """Load it, in a world of homes with two devices of each family."""
    folder = Path(__file__).parent / "sites"
    return load_all(Settings(pack=("sites",), pack_dir=(folder,), scenario="full-house"), AT).loaded


KEY: Headers = (("Authorization", "Bearer sk_test_demo"),)


@dataclass
class Visitor:
    """Asks the API of sites one thing after another, on one log."""

    at: datetime = AT
    log: CommandLog = field(default_factory=CommandLog)
    headers: Headers = KEY
    last: Reply | None = None
    device: str = ""
    loaded: Loaded = field(default_factory=sites)

    def ask(self, method: str, target: str, body: object = None, host: str = "api.sites.test") -> tuple[int, Any]:
        path, _, query = target.partition("?")
        headers, raw = self.headers, b"" if body is None else json.dumps(body).encode()
        if isinstance(body, dict) and "grant_type" in body:
            headers, raw = (*headers, ("Content-Type", "application/x-www-form-urlencoded")), urlencode(body).encode()
        request = Request(method, "https", host, 443, path, query, headers, raw)
        answered: Answered = answer(request, self.loaded, Session(log=self.log), self.at)
        assert isinstance(answered.outcome, Reply)
        self.last, self.log, self.device = answered.outcome, answered.log or self.log, answered.device
        kind, told = dict(self.last.headers).get("Content-Type", ""), self.last.body
        return self.last.status, json.loads(told) if kind.startswith("application/json") else told.decode() or None

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)

    def site(self) -> str:
        return str(self.ask("GET", "/sites?limit=1")[1]["sites"][0])

    def car(self) -> str:
        return str(self.ask("GET", f"/sites/{self.site()}/cars?limit=1")[1]["cars"][0])
