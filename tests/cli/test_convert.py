"""`convert` as a person types it, and `replay` of what it reads."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Person
from tests.unit.files.foreign.made import DATA

pytestmark = pytest.mark.slow


def test_a_har_of_a_browser_becomes_a_capture_and_says_what_was_done(person: Person) -> None:
    ran = person.types("convert", str(DATA / "har-examples" / "multipart-form-data.har"), "out.capture")
    assert ran.returncode == 0, ran.stderr
    assert "lost        the request's multipart form" in ran.stderr
    assert ran.stderr.splitlines()[-1] == "written     out.capture, 1 exchange"
    assert len((person.folder / "out.capture").read_bytes().splitlines()) == 2


def test_secrets_are_replaced_unless_they_are_to_be_kept(person: Person) -> None:
    entry = {
        "startedDateTime": "2026-06-01T12:00:00Z",
        "request": {"method": "GET", "url": "https://api.amps.ai/battery?api_key=hunter2Secret", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"text": "{}"}},
    }
    (person.folder / "a.har").write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    assert person.types("convert", "a.har", "b.sh").returncode == 0
    assert "hunter2Secret" not in (person.folder / "b.sh").read_text(encoding="utf-8")
    ran = person.types("convert", "a.har", "c.sh", "--keep-secrets")
    assert "--keep-secrets" in ran.stderr
    assert "hunter2Secret" in (person.folder / "c.sh").read_text(encoding="utf-8")
    # a replay of the file itself is asked with the real key
    explained = person.types("replay", "a.har", "--explain", "GET https://api.amps.ai/battery?api_key=hunter2Secret")
    assert explained.returncode == 0, explained.stderr
    assert "answered by" in explained.stdout


def test_a_file_of_no_known_format_ends_with_2(person: Person) -> None:
    (person.folder / "a.txt").write_text("hello", encoding="utf-8")
    ran = person.types("convert", "a.txt", "b.har")
    assert ran.returncode == 2
    assert "a.txt: holds no exchanges in a format that is known" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("file", "url", "answer"),
    [
        ("vcrpy/gzip_requests.yaml", "https://httpbin.org/gzip", '"gzipped":true'),
        ("betamax/replay_multiple_times.json", "http://httpbin.org/stream/1", '"url": "http://httpbin.org/stream/1"'),
        ("pytest-recording/battery.yaml", "http://127.0.0.1:18734/gzip", '{"soc": 71, "path": "/gzip"}'),
        ("mitmproxy/live.flows", "http://127.0.0.1:18734/battery/1", '{"soc": 71, "path": "/battery/1"}'),
        ("chromium/attached/chromium.har", "http://127.0.0.1:18734/gzip", '{"soc": 71, "path": "/gzip"}'),
        ("mitmproxy/live.har", "http://127.0.0.1:18734/gzip", '{"soc": 71, "path": "/gzip"}'),
    ],
)
def test_files_of_others_answer_an_app(file: str, url: str, answer: str, person: Person) -> None:
    proxy = '-x "$http_proxy" --noproxy ""'  # curl asks no proxy for loopback, where some of them were recorded
    asked = f"curl -sS --compressed --cacert \"$CURL_CA_BUNDLE\" {proxy} '{url}'"
    ran = person.types("replay", str(DATA / file), "--", "sh", "-c", asked)
    assert answer in ran.stdout, ran.stderr
    assert ran.returncode == 0, ran.stderr
