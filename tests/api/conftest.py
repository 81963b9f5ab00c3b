"""What the API tests share: one sandbox that runs, spoken to through its proxy over real TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from replaysandbox import Sandbox
from replaysandbox.check import Checker, make_checker, request_violations, violations
from replaysandbox.files.packs import read_packs

KEY = "sk_test_demo"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Caller:
    """An app that knows nothing of a sandbox: it speaks to https://api.amps.ai, and its proxy is set.

    Attributes:
        sandbox: The sandbox behind that proxy.
        checker: The API's contract, to which every answer is held.
    """

    def __init__(self, sandbox: Sandbox, checker: Checker, session: str = "default", key: str | None = KEY) -> None:
        self.sandbox = sandbox
        self.checker = checker
        self.session = session
        headers = {"X-Sandbox-Session": session} | ({"x-api-key": key} if key is not None else {})
        self.client = httpx.Client(
            base_url="https://api.amps.ai",
            proxy=sandbox.proxy_url,
            verify=ssl.create_default_context(cafile=sandbox.ca_file),
            headers=headers,
            trust_env=False,
            timeout=20,
        )

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask, and hold the answer to the contract."""
        answer = self.client.request(method, path, **more)
        bare = path.partition("?")[0]
        broken = violations(
            self.checker, method, bare, answer.status_code, tuple(answer.headers.items()), answer.content
        )
        assert broken == [], answer.text
        return answer

    def first(self, path: str) -> str:
        """Give the id of a list's first device."""
        return str(self.ask("GET", f"{path}?limit=1").json()["data"]["items"][0]["id"])

    def push(self, path: str, device: str, command: str, **more: Any) -> httpx.Response:
        """Push a command; `conflict` and `sandbox` stand beside the action, all else in it."""
        beside = {"onConflict": more.pop("conflict", None), "sandbox": more.pop("sandbox", None)}
        body = {"action": {"command": command, **more}, **{name: each for name, each in beside.items() if each}}
        assert request_violations(self.checker, "POST", f"{path}/{device}", body) == []
        return self.ask("POST", f"{path}/{device}", json=body)

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Steer this caller's session."""
        return self.sandbox._control.call(method, path, body, session=self.session, **query)


@pytest.fixture(scope="session")
def checker() -> Checker:
    (pack,) = read_packs(("amps",), ())
    assert pack.contract is not None
    return make_checker(pack.contract)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(pack="amps", at=NOON, freeze=True, homes=20) as running:
        yield running


@pytest.fixture
def caller(sandbox: Sandbox, checker: Checker, request: pytest.FixtureRequest) -> Iterator[Caller]:
    """Give each test a session of its own."""
    name = "".join(letter for letter in request.node.name if letter.isalnum())[:60]
    somebody = Caller(sandbox, checker, name)
    with somebody.client:
        somebody.ask("GET", "/battery?limit=1")  # a session begins with its first request
        yield somebody
