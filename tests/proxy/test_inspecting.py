"""mitmweb beside the proxy: it shows calls to whoever has its token, and whatever its user does, nothing leaves."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from replaysandbox.core.exchange import Hangup
from replaysandbox.proxy import inspecting as module
from replaysandbox.proxy.ca import Authority
from replaysandbox.proxy.inspecting import inspecting
from replaysandbox.proxy.listening import listen
from replaysandbox.proxy.master import run_proxy
from replaysandbox.proxy.settings import ProxySettings
from tests.proxy.canary import Canary
from tests.proxy.talking import HOST, Proxy, SmallEngine, get, say, wait_for

MOST = 3
MOST_BYTES = 4_000

COMMANDS = ("replay.client", "view.flows.load", "view.flows.create", "save.file", "export.file", "set", "script.run")
"""What mitmproxy's other front ends would do for their user."""


@dataclass
class Watched:
    """A proxy, and a person at mitmweb."""

    proxy: Proxy
    url: str

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        port = int(self.url.partition("127.0.0.1:")[2].partition("/")[0])
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            asking.request(method, path, body, {"Content-Type": "application/json", **headers})
            answer = asking.getresponse()
            return answer.status, answer.read()
        finally:
            asking.close()

    def does(self, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, bytes]:
        """Ask with all that mitmweb wants of its own page."""
        cookie = {"Cookie": "_mitmproxy_xsrf=a", "X-XSRFToken": "a"}
        return self.ask(path, method, body, Authorization=f"Bearer {self.token}", **cookie)

    @property
    def flows(self) -> list[dict[str, Any]]:
        status, body = self.does("/flows")
        assert status == 200, body
        shown: list[dict[str, Any]] = json.loads(body)
        return shown


@contextmanager
def watched(authority: Authority, engine: SmallEngine) -> Iterator[Watched]:
    ready: list[Watched] = []
    up, down = threading.Event(), threading.Event()

    async def live() -> None:
        with listen("127.0.0.1", 0) as listener:
            async with inspecting(listener, MOST, MOST_BYTES) as inspector:
                settings = ProxySettings(authority, port=0, lane="flow")
                async with run_proxy(engine, settings, [inspector]) as running:
                    proxy = Proxy(running, engine, authority, asyncio.get_running_loop())
                    ready.append(Watched(proxy, inspector.url))
                    up.set()
                    await asyncio.to_thread(down.wait)
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left behind: {left}"

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    up.wait(20)
    try:
        yield ready[0]
    finally:
        down.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def person(authority: Authority) -> Iterator[Watched]:
    with watched(authority, SmallEngine()) as running:
        yield running


def test_calls_are_shown(person: Watched) -> None:
    assert person.flows == []
    say(person.proxy, get(path="/battery?limit=7"))
    say(person.proxy, get("stranger.example", "http://stranger.example/x"))
    first, second = person.flows
    assert (first["request"]["path"], first["response"]["status_code"]) == ("/battery?limit=7", 200)
    assert (second["request"]["host"], second["response"]["status_code"]) == ("stranger.example", 502)
    status, body = person.does(f"/flows/{first['id']}/response/content.data")
    assert (status, json.loads(body)["host"]) == (200, HOST)


def test_a_call_that_broke_off_is_shown(person: Watched) -> None:
    person.proxy.engine.reply = lambda request: Hangup("hang_up")
    say(person.proxy, get())
    wait_for(lambda: person.flows)
    assert "error" in person.flows[0]


@pytest.mark.parametrize(
    "path", ["/", "/flows", "/flows.json", "/flows/dump", "/options", "/state", "/commands", "/updates", "/events"]
)
def test_nothing_without_the_token(person: Watched, path: str) -> None:
    say(person.proxy, get())
    for given in ("", "Bearer wrong", "Bearer ", "Basic wrong"):
        status, body = person.ask(path, Authorization=given)
        assert status == 403
        assert HOST.encode() not in body
    assert person.ask(f"{path}?{urlencode({'token': 'wrong'})}")[0] == 403


def test_the_page_itself(person: Watched) -> None:
    status, body = person.ask(person.url.partition("/?")[1] + person.url.partition("/?")[2])
    assert status == 200
    assert b"<title>mitmproxy</title>" in body
    for path in ("/state", "/options", "/commands", "/events", "/filter-help"):
        status, body = person.does(path)
        assert status == 200, (path, body)
        assert isinstance(json.loads(body), dict | list)


def _deeds(flow: str) -> list[tuple[str, str, bytes]]:
    told = json.dumps({"arguments": ["@all"]}).encode()
    changed = json.dumps({"request": {"host": "stranger.example", "port": 80}}).encode()
    return [
        ("POST", f"/flows/{flow}/replay", b""),
        ("POST", f"/flows/{flow}/duplicate", b""),
        ("POST", f"/flows/{flow}/resume", b""),
        ("POST", f"/flows/{flow}/kill", b""),
        ("POST", f"/flows/{flow}/revert", b""),
        ("PUT", f"/flows/{flow}", changed),
        ("DELETE", f"/flows/{flow}", b""),
        ("POST", f"/flows/{flow}/request/content.data", b"other"),
        ("POST", "/flows/dump", b"no flows"),
        ("GET", "/flows/dump", b""),
        ("POST", "/flows/resume", b""),
        ("PUT", "/options", json.dumps({"mode": ["regular"], "connection_strategy": "eager"}).encode()),
        ("POST", "/options/save", b""),
        *(("POST", f"/commands/{name}", told) for name in COMMANDS),
    ]


def test_whatever_its_user_does_nothing_leaves(person: Watched, canary: Canary) -> None:
    say(person.proxy, get())
    (before,) = person.flows
    for method, path, body in _deeds(before["id"]):
        status, told = person.does(path, method, body)
        assert (status, b"record" in told) == (403, True), (path, told)
    assert person.flows == [before]
    assert canary.is_silent
    assert len(person.proxy.engine.asked) == 1


def test_nor_where_it_is_all_served(person: Watched, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second belt: mitmweb as it is, with nothing refused, finds nobody who would act."""
    monkeypatch.setattr(module, "_LOOKS", frozenset(("GET", "POST", "PUT", "DELETE")))
    say(person.proxy, get())
    shown = person.flows[0]["id"]
    changed = json.dumps({"request": {"host": "stranger.example", "port": 80, "scheme": "http"}}).encode()
    assert person.does(f"/flows/{shown}", "PUT", changed)[0] == 200
    assert person.does(f"/flows/{shown}/replay", "POST")[0] == 500
    assert person.does("/options", "PUT", json.dumps({"mode": ["regular"]}).encode())[0] == 200
    for name in COMMANDS:
        status, told = person.does(f"/commands/{name}", "POST", json.dumps({"arguments": [shown]}).encode())
        assert (status, "error" in json.loads(told)) == (200, True), told
    assert person.does(f"/flows/{shown}", "DELETE")[0] == 200
    assert say(person.proxy, get()).status == 200
    assert say(person.proxy, get("stranger.example", "http://stranger.example/x")).status == 502
    assert canary.is_silent
    assert len(person.proxy.engine.asked) == 2


def test_the_oldest_make_room(person: Watched) -> None:
    for number in range(MOST + 2):
        say(person.proxy, get(path=f"/{number}"))
    assert [each["request"]["path"] for each in person.flows] == ["/2", "/3", "/4"]
    say(person.proxy, get(method="POST", extra=f"Content-Length: {MOST_BYTES}\r\n") + b"x" * MOST_BYTES)
    assert [each["request"]["contentLength"] for each in person.flows] == [MOST_BYTES]


def test_the_list_can_be_emptied(person: Watched) -> None:
    for _ in range(2):
        say(person.proxy, get())
        assert len(person.flows) == 1
        assert person.does("/clear", "POST")[0] == 200
        assert person.flows == []


def test_no_log_holds_the_token(person: Watched, caplog: pytest.LogCaptureFixture) -> None:
    person.ask(f"/flows?token={person.token}")
    for path in ("/nothing", "/flows/00000000-0000/request/content.data", "/flows/00000000-0000/replay"):
        person.ask(f"{path}?token={person.token}")
    assert "content.data" in caplog.text
    assert person.token not in caplog.text
