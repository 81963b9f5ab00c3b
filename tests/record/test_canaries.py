"""Forty secrets through a real recording: none is in any file, log, journal, page or line that was left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from datetime import UTC, datetime

import pytest

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.core.exchange import Reply, Request, header
from replaysandbox.files.captures import open_capture
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.redact.coding import codings_of, decoded
from replaysandbox.redact.redactor import Redactor
from tests.banner import banner_lines
from tests.record.conftest import Person
from tests.record.live_api import HOST, LiveApi
from tests.unit.redact.made import Canaries, planted, recorded


def opened(person: Person) -> bytes:
    """Take the content codings off what was recorded."""
    found = []
    with open_capture(person.file) as capture:
        for each in capture:
            for half in (each.request, each.response):
                assert half is not None
                body = capture.body(half.body)
                found.append(decoded(body, codings_of(header(half.headers, "content-encoding") or "")))
    return b"\n".join(found)


def send(person: Person, api: LiveApi, proxy: str, request: RecordedRequest) -> None:
    """Send one request through the proxy, as it is, by curl."""
    command = ["curl", "-sk", "-x", proxy, "-X", request.method, f"https://api.amps.ai{request.path}?{request.query}"]
    for name, value in request.headers:
        if name != "Proxy-Authorization":
            command += ["-H", f"{name}: {value}"]
    if request.body:
        command += ["--data-binary", "@-"]
    assert isinstance(request.body, bytes)
    done = subprocess.run(command, input=request.body, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_none_of_forty_secrets_is_left_anywhere(person: Person, api: LiveApi) -> None:
    canaries, exchanges = planted()
    for each in exchanges:
        assert each.response is not None
    waiting = [each.response for each in exchanges if each.response is not None]
    answers = iter(waiting)

    def answer(heard: object, handler: object) -> tuple[int, list[tuple[str, str]], bytes]:
        response = next(answers)
        assert isinstance(response.body, bytes)
        return response.status, list(response.headers), response.body

    for each in exchanges:
        api.answers[each.request.path] = answer
    recording = person.starts("--allow-writes", "all", "--journal", "calls.jsonl", "--report", "json=calls.json")
    assert recording.stdout is not None
    shown = banner_lines(recording)
    proxy = next(line.split()[1] for line in shown if line.split()[:1] == ["proxy"])
    control = next(line.split()[1] for line in shown if line.split()[:1] == ["control"])
    try:
        for each in exchanges:
            send(person, api, proxy, each.request)
        assert len(api.heard) == len(exchanges)
        arrived = b"\n".join(repr(heard).encode() for heard in api.heard)
        assert len(canaries.found_in(arrived)) >= 10, "the live API was sent the real ones"
        journal = person.types("journal", "--format", "json").stdout if _knows_json(person) else ""
        pages = journal + person.types("journal").stdout + _control_says(person, control)
        assert "/v1/" in pages
    finally:
        recording.send_signal(signal.SIGTERM)
        told = "".join(recording.communicate(timeout=20)) + "".join(shown)
    assert f"{len(exchanges)} exchanges in" in told
    everything = person.all_bytes() + opened(person) + told.encode() + pages.encode()
    assert canaries.found_in(everything) == []
    noted = [json.loads(line) for line in (person.folder / "calls.jsonl").read_text("utf-8").splitlines()]
    assert len([each for each in noted if each["verdict"] == "record"]) == len(exchanges)
    report = json.loads((person.folder / "calls.json").read_text("utf-8"))
    assert (report["verb"], report["exchanges"]) == ("record", len(noted))
    checked = person.types("redact", "--check", str(person.file))
    assert (checked.returncode, checked.stdout) == (0, "")


def _knows_json(person: Person) -> bool:
    return "--format" in person.types("journal", "--help").stdout


def _control_says(person: Person, control: str) -> str:
    environ = person.types("env", "--format", "json")
    token = json.loads(environ.stdout)["REPLAYSANDBOX_CONTROL_TOKEN"]
    asked = urllib.request.Request(f"{control}/journal", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
        return str(answer.read().decode())


def test_the_real_secrets_lead_to_what_was_recorded(person: Person, api: LiveApi) -> None:
    _, exchanges = planted()
    redactor = Redactor(redaction_key(None))
    kept = [redactor.exchange(each).request for each in exchanges]
    # a replay in another process, which has seen nothing yet
    again = Redactor(redaction_key(None))
    for sent, was in zip((each.request for each in exchanges), kept, strict=True):
        assert again.request(sent) == was
        assert again.request(was) == was


def test_what_others_left_is_found_and_redacted(person: Person) -> None:
    canaries = Canaries()
    log = person.folder / "app.log"
    log.write_text(
        f"GET /x?api_key={canaries.plant('query')}\nAuthorization: Bearer {canaries.plant('bearer')}\nfine\n"
    )
    checked = person.types("redact", "--check", str(log))
    assert checked.returncode == 1
    assert canaries.found_in((checked.stdout + checked.stderr).encode()) == []
    assert "api_key" in checked.stdout
    done = person.types("redact", str(log))
    assert done.returncode == 0, done.stderr
    written = person.folder / "app.log.redacted"
    assert written.stat().st_mode & 0o777 == 0o600
    assert canaries.found_in(written.read_bytes()) == []
    assert b"GET /x?api_key=" in written.read_bytes()
    assert person.types("redact", "--check", str(written)).returncode == 0
    again = person.types("redact", str(written), "-o", "again.log")
    assert again.returncode == 0
    assert (person.folder / "again.log").read_bytes() == written.read_bytes()


@pytest.mark.parametrize("family", ["battery", "ev-charger", "hvac", "solar-inverter", "vehicle"])
def test_what_tells_nothing_is_not_touched(family: str) -> None:
    """The answers of the Amps pack name devices and their readings, and nobody's person."""
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    engine = Engine.load(Settings(homes=3, at=noon, freeze=True, seed=7), noon)
    reply = engine.answer(Request("GET", "https", HOST, 443, f"/{family}", headers=(("x-api-key", "sk_test_a"),)), noon)
    assert isinstance(reply, Reply)
    sent = recorded(request_path=f"/{family}", response_headers=reply.headers, response_body=reply.body)
    assert Redactor(redaction_key(None)).exchange(sent) == sent
