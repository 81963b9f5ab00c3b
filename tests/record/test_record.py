"""`record` end to end: real clients, a live API on loopback, what went there, what came back, what was kept."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.capture import BodyFile
from replaysandbox.core.exchange import header
from tests.banner import banner_lines
from tests.clients.terminal import on_a_terminal
from tests.record.conftest import COMMAND, Person, calls
from tests.record.live_api import LiveApi, chunked, cut, json_answer, odd, reset, silent, wait_until

KEY = "headers={'x-api-key': 'sk_live_Zq81mmKpR2x0'}"


def said(done: subprocess.CompletedProcess[str]) -> list[Any]:
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_calls_pass_through_as_they_are_and_are_kept(person: Person, api: LiveApi) -> None:
    api.answers["/battery"] = json_answer({"items": [1, 2]}, ("X-Twice", "a"), ("X-Twice", "b"), coding="gzip")
    done = person.records(program=calls(f"call('GET', '/battery?userId=u1&limit=2', {KEY})"))
    assert done.returncode == 0, done.stderr
    ((status, headers, text),) = said(done)
    assert (status, json.loads(text), headers["X-Twice"]) == (200, {"items": [1, 2]}, "a, b")
    assert "X-Sandbox" not in headers
    (heard,) = api.heard
    assert (heard.method, heard.path) == ("GET", "/battery?userId=u1&limit=2")
    sent = {name.lower(): value for name, value in heard.headers}
    assert sent["x-api-key"] == "sk_live_Zq81mmKpR2x0"
    assert sent["accept-encoding"] == "gzip, deflate, br"
    assert not {"connection", "proxy-connection", "via"} & sent.keys()
    (kept,) = person.recorded()
    assert (kept.pack, kept.route, kept.verdict) == ("amps", "GET /battery", "record")
    assert kept.redacted == ("header:x-api-key",)
    assert kept.response is not None
    assert kept.response.body == api.answers["/battery"][2]  # type: ignore[index]
    assert [value for name, value in kept.response.headers if name == "X-Twice"] == ["a", "b"]
    assert kept.timings.wait_ms > 0
    assert person.file.stat().st_mode & 0o777 == 0o600
    assert "1 exchange in" in done.stderr


def test_ours_and_hop_by_hop_fields_stay_here(person: Person, api: LiveApi) -> None:
    extra = (
        "{'X-Sandbox-Session': 's1', 'X-Sandbox-At': '2026-06-01', 'Connection': 'x-hop', 'X-Hop': '1', 'X-Own': '1'}"
    )
    person.records(program=calls(f"call('GET', '/battery', headers={extra})"))
    names = {name.lower() for name, _ in api.heard[0].headers}
    assert "x-own" in names
    assert not {"x-sandbox-session", "x-sandbox-at", "connection", "x-hop"} & names
    assert person.recorded()[0].session == "s1"


def test_a_write_needs_its_permission(person: Person, api: LiveApi) -> None:
    program = calls("call('POST', '/battery/device_1', json={})", "call('PUT', '/battery/device_1', json={})")
    done = person.records(program=program)
    refused = said(done)
    assert [answer[0] for answer in refused] == [403, 403]
    assert "refused     1 call; to let such calls out: --allow-writes 'POST /battery/{id}'" in done.stderr + done.stdout
    assert "--allow-writes 'POST /battery/{id}'" in refused[0][2]
    assert api.heard == []
    allowed = said(person.records("--allow-writes", "POST /battery/{id}", program=program))
    assert [answer[0] for answer in allowed] == [200, 403]
    assert [heard.method for heard in api.heard] == ["POST"]
    everything = said(person.records("--allow-writes", "all", program=program))
    assert [answer[0] for answer in everything] == [200, 200]


def test_hosts_that_nobody_named_are_refused(person: Person, api: LiveApi) -> None:
    done = person.records(program=calls("call('GET', '/x', host='http://metering.example')"))
    assert said(done)[0][0] == 502
    assert "metering.example" in done.stderr + done.stdout
    assert person.recorded() == []


def test_a_live_host_without_a_pack(person: Person, api: LiveApi) -> None:
    url = api.options[1].partition("=")[2]
    options = ("--live-host", "metering.example", "--upstream", f"metering.example={url}")
    program = calls("call('GET', '/x', host='https://metering.example')")
    ((status, _, text),) = said(person.records(*options, program=program))
    # the certificate there is of api.amps.ai: where a host really is does not change whose it must be
    assert status == 502
    assert "ertificate" in text
    (kept,) = person.recorded()
    assert kept.failure is not None
    assert kept.failure.kind == "tls"
    assert api.heard == []


def test_a_certificate_that_nobody_vouches_for_is_refused(person: Person, api: LiveApi) -> None:
    done = person.types(
        "record", str(person.file), *api.options[:2], "--", sys.executable, "-c", calls("call('GET', '/battery')")
    )
    ((status, _, text),) = said(done)
    assert status == 502
    assert "ertificate" in text
    assert [exchange.failure and exchange.failure.kind for exchange in person.recorded()] == ["tls"]


def test_failures_are_given_and_kept_as_failures(person: Person, api: LiveApi) -> None:
    api.answers |= {"/reset": reset, "/cut": cut}
    done = person.records(program=calls("call('GET', '/reset')", "call('GET', '/cut')", "call('GET', '/battery')"))
    hung_up, half, fine = said(done)
    assert hung_up[0] in ("ProxyError", "ConnectionError")
    assert "without response" in hung_up[2]
    assert half[0] == "ChunkedEncodingError"
    assert fine[0] == 200
    kept = person.recorded()
    assert [each.failure and each.failure.kind for each in kept] == ["reset", "truncated", None]
    assert kept[0].response is None
    assert kept[1].response is not None
    assert kept[1].response.body == b'{"half":'
    assert header(kept[1].response.headers, "content-length") == "1000"


def test_a_live_host_that_keeps_silent(person: Person, api: LiveApi) -> None:
    api.answers["/silent"] = silent
    program = calls("call('GET', '/battery')").replace("timeout=20", "timeout=1").replace("/battery", "/silent")
    assert said(person.records(program=program))[0][0] == "ReadTimeout"
    (kept,) = person.recorded()
    assert kept.failure is not None
    assert (kept.failure.kind, kept.response) == ("timeout", None)


def test_a_live_host_that_speaks_no_http(person: Person, api: LiveApi) -> None:
    api.answers["/odd"] = odd
    done = person.records(program=calls("call('GET', '/odd')"))
    assert said(done)[0][0] == 502
    (kept,) = person.recorded()
    assert kept.failure is not None
    assert kept.failure.kind == "reset"
    assert b"cnry0123456789ab" not in person.all_bytes()


def test_a_person_is_shown_the_count(person: Person, api: LiveApi) -> None:
    program = calls("call('GET', '/battery')", "call('GET', '/battery')")
    command = [*COMMAND, "record", str(person.file), *api.options, "--", sys.executable, "-c", program]
    with on_a_terminal(*command) as terminal:
        shown = terminal.read_all()
        assert terminal.status() == 0
    assert b"1 recorded in" in shown
    assert b"2 recorded in" in shown


@pytest.mark.parametrize(("text", "said"), [(None, "cannot be read"), ("hello", "holds no certificates")])
def test_certificates_that_are_none_are_told_at_the_start(person: Person, text: str | None, said: str) -> None:
    file = person.folder / "own.pem"
    if text is not None:
        file.write_text(text, "utf-8")
    done = person.types("record", str(person.file), "--upstream-ca", str(file), "--", "true")
    assert (done.returncode, done.stdout) == (125, "")
    assert f"own.pem: [--upstream-ca] {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_live_host_that_is_down(person: Person, api: LiveApi) -> None:
    done = person.types(
        "record", str(person.file), "--upstream", "api.amps.ai=https://127.0.0.1:1", "--", sys.executable, "-c",
        calls("call('GET', '/battery')"),
    )  # fmt: skip
    assert said(done)[0][0] == 502
    assert [each.failure and each.failure.kind for each in person.recorded()] == ["refused"]


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "169.254.169.254"])
def test_this_machine_and_metadata_are_no_live_hosts(person: Person, api: LiveApi, address: str) -> None:
    # NO_PROXY keeps clients from asking for this machine by proxy; so it is asked for by hand
    program = (
        "import os, socket, urllib.parse\n"
        "proxy = urllib.parse.urlsplit(os.environ['HTTP_PROXY'])\n"
        "client = socket.create_connection((proxy.hostname, proxy.port))\n"
        f"client.sendall(b'GET http://{address}:{api.port}/ HTTP/1.1\\r\\nHost: {address}:{api.port}\\r\\n')\n"
        "client.sendall(b'Connection: close\\r\\n\\r\\n')\n"
        "print(b''.join(iter(lambda: client.recv(65536), b'')).decode())"
    )
    told = person.records("--live-host", address, program=program).stdout
    assert "live_failed" in told
    assert api.heard == []


def test_bodies_of_all_kinds_are_exact(person: Person, api: LiveApi) -> None:
    binary = bytes(range(256)) * 3
    api.answers |= {
        "/binary": (200, [("Content-Type", "application/octet-stream")], binary),
        "/empty": (204, [], b""),
        "/same": (304, [("ETag", '"1"')], b""),
        "/chunked": chunked,
    }
    lines = (f"call('GET', '/{name}')" for name in ("binary", "empty", "same", "chunked"))
    person.records(program=calls(*lines, "call('HEAD', '/binary')"))
    answers = [each.response for each in person.recorded()]
    assert [answer and (answer.status, answer.body) for answer in answers] == [
        (200, binary),
        (204, b""),
        (304, b""),
        (200, b"one two three"),
        (200, b""),
    ]


def test_a_large_body_is_redacted_in_a_file_of_its_own(person: Person, api: LiveApi) -> None:
    secret = "cnry5f0c9a7718d2"
    rows = [{"id": number, "serialNumber": f"TG{number:010d}"} for number in range(30_000)]
    rows[20_000]["access_token"] = secret
    api.answers["/battery"] = json_answer({"items": rows})
    body = api.answers["/battery"][2]  # type: ignore[index]
    done = person.records(program=calls("call('GET', '/battery')"))
    assert json.loads(said(done)[0][2])["items"][20_000]["access_token"] == secret
    (kept,) = person.recorded()
    assert kept.response is not None
    assert isinstance(kept.response.body, BodyFile)
    assert kept.response.body.size == len(body)  # pseudonyms keep their length
    stored = (person.folder / "it.capture.bodies" / kept.response.body.sha256).read_bytes()
    assert len(json.loads(stored)["items"]) == len(rows)
    assert secret.encode() not in stored
    assert b"TG0000000007" not in stored
    assert header(kept.response.headers, "content-length") == str(len(stored))


def test_what_leaves_is_said_at_the_start_and_by_the_running_sandbox(person: Person, api: LiveApi) -> None:
    recording = person.starts("--allow-writes", "POST /battery/{id}")
    assert recording.stdout is not None
    lines = banner_lines(recording)
    shown = "".join(lines)
    try:
        assert "go on to the LIVE hosts of the packs amps, " in shown
        assert "POST /battery/{id}" in shown
        assert f"https://127.0.0.1:{api.port}" in shown
        assert str(person.file) in shown
        assert "record" in lines[0]
    finally:
        recording.send_signal(signal.SIGINT)
        recording.communicate(timeout=20)
    assert recording.returncode == 0


def test_by_base_url(person: Person, api: LiveApi) -> None:
    recording = person.starts()
    assert recording.stdout is not None
    shown = "".join(banner_lines(recording))
    base = next(word for word in shown.split() if word.endswith("/amps"))
    try:
        done = subprocess.run(
            ["curl", "-s", "-H", "x-api-key: sk_live_Zq81mmKpR2x0", f"{base}/battery?limit=1"],
            capture_output=True,
            check=False,
        )
        assert json.loads(done.stdout)["path"] == "/battery"
        assert [heard.path for heard in api.heard] == ["/battery?limit=1"]
        assert dict(api.heard[0].headers)["Host"] == "api.amps.ai"
        wait_until(person.recorded)
        assert person.recorded()[0].request.url == "https://api.amps.ai/battery?limit=1"
    finally:
        recording.send_signal(signal.SIGTERM)
        recording.communicate(timeout=20)


def test_with_a_password_no_way_in_goes_without_it(person: Person, api: LiveApi) -> None:
    recording = person.starts("--proxy-password", "open-sesame-4711")
    assert recording.stdout is not None
    shown = "".join(banner_lines(recording))
    base = next(word for word in shown.split() if word.endswith("/amps"))
    proxy = base.removesuffix("/amps")
    try:
        plain = subprocess.run(["curl", "-s", f"{base}/battery"], capture_output=True, text=True, check=False)
        assert "password_needed" in plain.stdout
        port = proxy.rpartition(":")[2]
        direct = subprocess.run(
            ["curl", "-sk", "--connect-to", f"api.amps.ai:443:127.0.0.1:{port}", "https://api.amps.ai/battery"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "password_needed" in direct.stdout
        tunnel = subprocess.run(
            ["curl", "-sk", "-x", proxy, "https://api.amps.ai/battery"], capture_output=True, text=True, check=False
        )
        assert tunnel.stdout == ""
        assert api.heard == []
        with_it = proxy.replace("//", "//me:open-sesame-4711@")
        fine = subprocess.run(
            ["curl", "-sk", "-x", with_it, "https://api.amps.ai/battery"], capture_output=True, text=True, check=False
        )
        assert json.loads(fine.stdout)["path"] == "/battery"
    finally:
        recording.send_signal(signal.SIGTERM)
        told = recording.communicate(timeout=20)
    assert "open-sesame-4711" not in "".join(told)
    assert b"open-sesame-4711" not in person.file.read_bytes()


PROGRAMS = Path(__file__).parents[1] / "clients" / "programs"
CLIENTS = {
    "requests": (sys.executable, str(PROGRAMS / "requests_app.py")),
    "httpx http2": (sys.executable, str(PROGRAMS / "httpx_http2.py")),
    "aiohttp": (sys.executable, str(PROGRAMS / "aiohttp_app.py")),
    "node fetch": ("node", str(PROGRAMS / "fetch.mjs")),
    "node https": ("node", str(PROGRAMS / "https.cjs")),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_real_clients_are_recorded(person: Person, api: LiveApi, client: str) -> None:
    cookie = ("Set-Cookie", "sid=cnry77ab12cd34ef; Path=/")
    api.answers["/battery"] = json_answer({"success": True}, cookie, ("X-Sandbox", "the programs print it"))
    done = person.types("record", str(person.file), *api.options, "--", *CLIENTS[client])
    assert done.returncode == 0, done.stderr
    assert "success" in done.stdout
    (kept,) = person.recorded()
    assert kept.request.url == "https://api.amps.ai/battery"
    assert kept.response is not None
    assert kept.response.status == 200
    assert kept.request.http_version == ("HTTP/2.0" if client == "httpx http2" else "HTTP/1.1")
    data = person.all_bytes()
    assert b"cnry77ab12cd34ef" not in data
    assert b"sk_test_demo" not in person.file.read_bytes()


@pytest.mark.parametrize("how", ["forward", "record"])
def test_a_miss_may_go_on_to_the_live_api(person: Person, api: LiveApi, how: str) -> None:
    program = calls(
        f"call('GET', '/battery', {KEY.replace('live', 'test')})",
        "call('GET', '/brand-new')",
        "call('POST', '/brand-new')",
    )
    done = person.types("run", *api.options, "--on-miss", how, "--fail-on", "none", "--", sys.executable, "-c", program)
    simulated, live, refused = said(done)
    assert simulated[1]["X-Sandbox"] == "simulate"
    assert json.loads(live[2])["path"] == "/brand-new"
    assert refused[0] == 403
    assert [heard.path for heard in api.heard] == ["/brand-new"]
    assert "api.amps.ai" in done.stderr
    captures = list(person.folder.glob("sandbox/captures/*.capture"))
    assert len(captures) == (1 if how == "record" else 0)


@pytest.mark.parametrize("how", ["refuse", "forward", "record"])
def test_what_a_replayed_capture_does_not_hold_goes_on_where_said(person: Person, api: LiveApi, how: str) -> None:
    assert person.records(program=calls("call('GET', '/battery?limit=1')")).returncode == 0
    api.heard.clear()
    program = calls(
        "call('GET', '/battery?limit=1')",
        "call('GET', '/brand-new', headers={'X-Api-Key': 'cnry77ab12cd34ef'})",
        "call('POST', '/brand-new')",
    )
    asked = ("replay", str(person.file), *api.options, "--on-miss", how, "--fail-on", "none")
    done = person.types(*asked, "--", sys.executable, "-c", program)
    kept, missed, written = said(done)
    assert (kept[0], kept[1]["X-Sandbox"]) == (200, "replay")
    if how == "refuse":
        assert (missed[0], missed[1]["X-Sandbox"]) == (501, "miss")
        assert api.heard == []
    else:
        assert json.loads(missed[2])["path"] == "/brand-new"
        assert "api.amps.ai" in done.stderr, "it says where calls may go"
        assert written[0] == 403, "a write nobody allowed"
        assert [heard.path for heard in api.heard] == ["/brand-new"]
    captures = list(person.folder.glob("sandbox/captures/*.capture"))
    assert len(captures) == (1 if how == "record" else 0)
    assert all(b"/brand-new" in each.read_bytes() for each in captures)
    assert b"cnry77ab12cd34ef" not in person.all_bytes()


def test_one_that_was_started_to_forward_records_where_it_begins_anew_to(person: Person, api: LiveApi) -> None:
    assert person.records(program=calls("call('GET', '/battery?limit=1')")).returncode == 0
    anew = {"mode": "replay", "capture": str(person.file), "on_miss": "record"}
    program = calls(
        "import os",
        "url, token = (os.environ[f'REPLAYSANDBOX_{name}'] for name in ('CONTROL', 'CONTROL_TOKEN'))",
        "with requests.Session() as control:",
        "    control.trust_env = False",
        "    said = {'Authorization': f'Bearer {token}'}",
        f"    control.post(f'{{url}}/v1/restart', json={anew!r}, headers=said).raise_for_status()",
        "call('GET', '/brand-new')",
    )
    asked = ("run", *api.options, "--on-miss", "forward", "--fail-on", "none")
    (live,) = said(person.types(*asked, "--", sys.executable, "-c", program))
    assert json.loads(live[2])["path"] == "/brand-new"
    assert [each.request.path for each in person.recorded()] == ["/battery", "/brand-new"]


def test_a_body_that_unpacks_to_more_than_is_allowed_passes_through_and_is_not_kept(
    person: Person, api: LiveApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.answers["/battery"] = json_answer({"items": ["x" * 3000]}, coding="gzip")
    api.answers["/vehicle"] = json_answer({"items": ["x" * 1000]}, coding="gzip")
    monkeypatch.setenv("REPLAYSANDBOX_LIMIT_DECODED_BYTES", "2000")
    done = person.records(program=calls(f"call('GET', '/battery', {KEY})", f"call('GET', '/vehicle', {KEY})"))
    assert done.returncode == 0, done.stderr
    assert [len(text) > 1000 for _, _, text in said(done)] == [True, True]
    assert "body withheld" in done.stderr
    kept = [each.response.body for each in person.recorded() if each.response is not None]
    assert [len(each) > 0 for each in kept if isinstance(each, bytes)] == [False, True]
    shown = person.types("config", "show").stdout
    assert "2000" in next(line for line in shown.splitlines() if "decoded_bytes" in line)


def test_check_looks_into_what_unpacks_to_as_much_as_is_allowed(
    person: Person, api: LiveApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.answers["/battery"] = json_answer({"items": ["x" * 3000]}, coding="gzip")
    person.records(program=calls(f"call('GET', '/battery', {KEY})"))
    assert person.types("check", str(person.file)).returncode == 1, "it breaks the contract"
    monkeypatch.setenv("REPLAYSANDBOX_LIMIT_DECODED_BYTES", "2000")
    assert person.types("check", str(person.file)).returncode == 0
