"""`replay` end to end: real clients over TLS, each told the same as the live API once told it."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.capture import CaptureHeader, Failure, Recorded, RecordedRequest, RecordedResponse, Timings
from replaysandbox.core.exchange import Headers
from replaysandbox.files.capture_writer import open_writer
from tests.unit.files.recorded import STARTED

COMMAND = (sys.executable, "-m", "replaysandbox")
PROGRAMS = Path(__file__).with_name("programs")
HOST = "metering.example"
CLIENTS = {
    "requests": [sys.executable, str(PROGRAMS / "requests_app.py")],
    "httpx": [sys.executable, str(PROGRAMS / "httpx_http2.py")],
    "aiohttp": [sys.executable, str(PROGRAMS / "aiohttp_app.py")],
    "node": ["node", str(PROGRAMS / "fetch.mjs")],
}
JSON = ("Content-Type", "application/json")
MARK = "the last field of all"


def kept(path: str, status: int = 200, headers: Headers = (), body: bytes = b"", **more: Any) -> Recorded:
    method = more.pop("method", "GET")
    asked = RecordedRequest(method, "https", HOST, 443, path)
    told = (*headers, ("X-Mark", MARK))
    answered = RecordedResponse(status, told, body, more.pop("reason", ""))
    return replace(Recorded(STARTED, asked, answered, timings=Timings(1, 30, 1)), **more)


TWICE = (("B-First", "1"), JSON, ("X-Twice", "b"), ("X-Twice", "a"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
PACKED = gzip.compress(b'{"packed": true}', mtime=1)
ANSWERS = [
    kept("/plain", 203, TWICE, b'{"a": 1.0}', reason="Quite So"),
    kept("/packed", headers=(JSON, ("Content-Encoding", "gzip")), body=PACKED),
    kept("/chunked", headers=(("Transfer-Encoding", "chunked"), ("Connection", "keep-alive")), body=b"x" * 5000),
    kept("/binary", headers=(("Content-Type", "application/octet-stream"),), body=bytes(range(256)) * 2000),
    kept("/empty"),
    Recorded(
        STARTED,
        RecordedRequest("HEAD", "https", HOST, 443, "/head"),
        RecordedResponse(200, (("Content-Length", "999"), ("X-Mark", MARK))),
    ),
    kept("/none", 204),
    kept("/same", 304, (("ETag", '"x"'),)),
    kept("/moved", 302, (("Location", "/plain"),)),
    kept("/latin", headers=(("X-Name", "Z\xfcrich"),), body=b"{}"),
    kept("/turn", body=b"1"),
    kept("/turn", body=b"2"),
    kept("/error", 503, (("Retry-After", "7"),), b'{"error": "busy"}'),
]
CALLS = [f"{each.request.method} {each.request.path}" for each in ANSWERS] + ["GET /turn"]
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "day.capture", ANSWERS)


def write(path: Path, exchanges: list[Recorded]) -> Path:
    with open_writer(path, CaptureHeader(STARTED, hosts=(HOST,))) as writer:
        for each in exchanges:
            writer.append(each)
    return path


@pytest.mark.usefixtures("own_home")
def test_a_capture_that_answers_nothing_is_told_before_anything_runs(tmp_path: Path) -> None:
    empty, broken = write(tmp_path / "empty.capture", []), write(tmp_path / "broken.capture", [])
    with broken.open("ab") as stream:
        stream.write(b'{"cut')
    done = replay(empty, "--", "touch", str(tmp_path / "ran"))
    assert (done.returncode, "empty.capture: holds no exchange that can be replayed\n" in done.stderr) == (125, True)
    done = replay(broken)
    assert done.returncode == 125
    assert "broken.capture:2: is left out" in done.stderr
    assert "holds no exchange that can be replayed; all that is in it was left out" in done.stderr
    assert not (tmp_path / "ran").exists()
    assert replay(empty, "--on-miss", "simulate", "--", "true").returncode == 0


def replay(capture: Path, *arguments: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "replay", str(capture), *arguments],
        cwd=capture.parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def told_to(client: str, capture: Path, calls: list[str], *options: str) -> list[list[Any]]:
    done = replay(capture, *options, "--", *CLIENTS[client], f"https://{HOST}", *calls)
    assert len(done.stdout.splitlines()) == len(calls), done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def expected(client: str, recorded: Recorded) -> list[Any]:
    """Say what a client must show of an answer: what the live API said, and who says it now."""
    response = recorded.response
    assert response is not None
    assert isinstance(response.body, bytes)
    headers = [(name, value) for name, value in response.headers if name.lower() not in HOP_BY_HOP]
    headers.append(("X-Sandbox", "replay"))
    states_length = any(name.lower() == "content-length" for name, _ in headers)
    if response.status not in (204, 304) and not states_length and recorded.request.method != "HEAD":
        headers.append(("Content-Length", str(len(response.body))))
    if client == "httpx":
        headers = [(name.lower(), value) for name, value in headers]
    body = response.body
    return [response.status, headers, base64.b64encode(body).decode()]


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("client", ["requests", "httpx", "aiohttp"])
def test_a_client_is_told_the_same_to_the_byte(client: str, capture: Path) -> None:
    told = told_to(client, capture, CALLS)
    wanted = [*ANSWERS, ANSWERS[11]]  # asked once more than recorded: the last again
    for call, (status, _, headers, body), recorded in zip(CALLS, told, wanted, strict=True):
        assert [status, [tuple(pair) for pair in headers], body] == expected(client, recorded), call
    if client != "httpx":  # HTTP/2 has no reason phrase
        assert told[0][1] == "Quite So"


@pytest.mark.usefixtures("own_home")
def test_fetch_is_told_the_same(capture: Path) -> None:
    told = told_to("node", capture, CALLS)
    wanted = [*ANSWERS, ANSWERS[11]]
    for call, (status, _, headers, body), recorded in zip(CALLS, told, wanted, strict=True):
        assert recorded.response is not None
        plain = b'{"packed": true}' if recorded.request.path == "/packed" else recorded.response.body
        assert (status, base64.b64decode(body)) == (recorded.response.status, plain), call
        assert dict(headers)["x-mark"] == MARK
        assert dict(headers)["x-sandbox"] == "replay"
    assert told[0][1] == "Quite So"
    assert [value for name, value in told[0][2] if name == "set-cookie"] == ["a=1", "b=2"]


def failed(path: str, kind: str, body: bytes | None = None, **more: Any) -> Recorded:
    base = kept(path, body=body or b"", **more)
    response = base.response if body is not None else None
    return replace(base, response=response, failure=Failure(kind))  # type: ignore[arg-type]


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("client", list(CLIENTS))
def test_failures_are_replayed_as_failures(client: str, tmp_path: Path) -> None:
    exchanges = [
        failed("/reset", "reset"),
        failed("/cut", "truncated", b'{"half'),
        failed("/tls", "tls"),
        kept("/well"),
    ]
    told = told_to(
        client, write(tmp_path / "bad.capture", exchanges), [f"GET {each.request.path}" for each in exchanges]
    )
    assert [len(each) for each in told] == [1, 1, 1, 4], told
    assert told[3][0] == 200


@pytest.mark.usefixtures("own_home")
def test_a_miss_is_explained_and_ends_with_65(capture: Path) -> None:
    done = replay(capture, "--", *CLIENTS["requests"], f"https://{HOST}", "GET /plain?limit=2")
    assert done.returncode == 65
    status, _, headers, body = json.loads(done.stdout)
    assert status == 501
    assert dict(headers)["X-Sandbox"] == "miss"
    (near,) = json.loads(base64.b64decode(body))["sandbox"]["near"]
    assert near == {
        "route": f"GET https://{HOST}/plain (line 2)",
        "pack": "day.capture",
        "part": "query:limit",
        "reason": "asked '2', not recorded",
    }
    assert "query:limit: asked '2', not recorded" in done.stderr
    assert "0 calls left this machine" in done.stderr


@pytest.mark.usefixtures("own_home")
def test_the_end_of_a_sequence_is_as_asked(capture: Path) -> None:
    bodies = [each[3] for each in told_to("requests", capture, ["GET /turn"] * 3, "--sequence", "loop")]
    assert [base64.b64decode(body) for body in bodies] == [b"1", b"2", b"1"]
    statuses = [each[0] for each in told_to("requests", capture, ["GET /turn"] * 3, "--sequence", "fail")]
    assert statuses == [200, 200, 501]


@pytest.mark.usefixtures("own_home")
def test_what_the_capture_lacks_a_pack_answers_when_asked_to(capture: Path) -> None:
    program = "import requests; a = requests.get('https://api.amps.ai/battery', headers={'x-api-key': 'sk_test_1'}); "
    program += "print(a.status_code, a.headers['X-Sandbox'])"
    refused = replay(capture, "--", sys.executable, "-c", program)
    assert refused.stdout == "501 miss\n"
    simulated = replay(capture, "--on-miss", "simulate", "--", sys.executable, "-c", program)
    assert (simulated.stdout, simulated.returncode) == ("200 simulate\n", 0), simulated.stderr


@pytest.mark.usefixtures("own_home")
def test_time_is_shifted_to_the_instant_asked_for(tmp_path: Path) -> None:
    headers = (JSON, ("Date", "Mon, 01 Jun 2026 12:00:00 GMT"))
    first = kept("/now", headers=headers, body=b'{"at": "2026-06-01T12:00:05Z", "s": 1780315205}')
    asked = replace(first.request, path="/since", query="since=2026-06-01T12%3A00%3A05Z")
    capture = write(tmp_path / "t.capture", [first, replace(first, request=asked)])
    calls = ["GET /now", "GET /since?since=2027-01-01T00%3A00%3A05Z"]
    told = told_to("requests", capture, calls, "--shift-time", "--at", "2027-01-01T00:00:00Z")
    for _, _, shifted, body in told:
        assert json.loads(base64.b64decode(body)) == {"at": "2027-01-01T00:00:05Z", "s": 1798761605}
        assert dict(shifted)["Date"] == "Fri, 01 Jan 2027 00:00:00 GMT"


@pytest.mark.usefixtures("own_home")
def test_a_rule_file_says_how_closely(capture: Path) -> None:
    (capture.parent / "match.yaml").write_text("rules:\n  - ignore: [query:limit]\n")
    told = told_to("requests", capture, ["GET /plain?limit=2"], "--match", "match.yaml")
    assert told[0][0] == 203


@pytest.mark.usefixtures("own_home")
def test_explain_says_what_would_answer(capture: Path) -> None:
    done = replay(capture, "--explain", f"GET https://{HOST}/plain")
    assert done.returncode == 0
    assert "line 2 of day.capture" in done.stdout
    assert "203, 10 bytes" in done.stdout
    missed = replay(capture, "--explain", f"GET https://{HOST}/plain?x=1")
    assert missed.returncode == 1
    assert "query:x: asked '1', not recorded" in missed.stdout


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize(("content", "told"), [(None, "No such file"), ("hello\n", "is no capture")])
def test_a_file_that_is_no_capture_is_told(tmp_path: Path, content: str | None, told: str) -> None:
    file = tmp_path / "x.capture"
    if content is not None:
        file.write_text(content)
    done = replay(file, "--", "true")
    assert done.returncode == 125
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("own_home")
def test_concurrent_clients_share_one_sequence(tmp_path: Path) -> None:
    capture = write(tmp_path / "many.capture", [kept("/turn", body=str(n).encode()) for n in range(200)])
    told = replay(capture, "--sequence", "fail", "--", sys.executable, "-c", _MANY.format(host=HOST))
    assert told.returncode == 0, told.stderr
    assert sorted(json.loads(told.stdout)) == list(range(200))


_MANY = """
import json, requests
from concurrent.futures import ThreadPoolExecutor
def ask(_):
    with requests.Session() as session:
        return [int(session.get("https://{host}/turn").text) for _ in range(10)]
with ThreadPoolExecutor(10) as pool:
    print(json.dumps(sum(pool.map(ask, range(20)), [])))
"""


def test_a_writer_that_is_killed_loses_its_last_line_at_most(tmp_path: Path) -> None:
    def killed(number: int) -> tuple[int, int]:
        file = tmp_path / f"{number}.capture"
        child = subprocess.Popen([sys.executable, "-c", _WRITER, str(file)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        seen = [child.stdout.readline() for _ in range(3 + number * 7)]
        child.kill()
        rest = child.stdout.read()
        child.stdout.close()
        child.wait()
        said = len(seen + rest.splitlines())
        return said, _readable(file)

    with ThreadPoolExecutor(2) as pool:
        for said, readable in pool.map(killed, range(20)):
            assert readable >= said - 1  # the last word may be half said itself


def _readable(file: Path) -> int:
    from replaysandbox.files.captures import open_capture

    with open_capture(file) as capture:
        count = len(list(capture))
        assert set(capture.damaged) <= {len(capture) - 1}
    with open_writer(file, CaptureHeader(STARTED, hosts=(HOST,))):  # and can be gone on with
        pass
    return count


_WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from replaysandbox.core.capture import *
from replaysandbox.files.capture_writer import open_writer
at = datetime(2026, 6, 1, 12, tzinfo=UTC)
one = Recorded(at, RecordedRequest("GET", "https", "h.example", 443, "/x"), RecordedResponse(200, (), b"x" * 50_000))
with open_writer(Path(sys.argv[1]), CaptureHeader(at, hosts=("metering.example",))) as writer:
    while True:
        writer.append(one)
        print(writer.count, flush=True)
"""
