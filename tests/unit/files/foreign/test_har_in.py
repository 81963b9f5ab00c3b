from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.har_in import read_har
from tests.unit.files.foreign.made import DATA, read, written


def entry(**response: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-06-01T12:00:00.000Z",
        "time": 5,
        "request": {
            "method": "GET",
            "url": "https://api.amps.ai/battery?x=1",
            "httpVersion": "h2",
            "headers": [{"name": ":authority", "value": "api.amps.ai"}, {"name": "accept", "value": "*/*"}],
        },
        "response": {
            "status": 200,
            "statusText": "",
            "httpVersion": "h2",
            "headers": [{"name": "content-encoding", "value": "gzip"}, {"name": "content-length", "value": "999"}],
            "content": {"size": 11, "mimeType": "application/json", "text": '{"soc": 71}'},
            **response,
        },
        "timings": {"blocked": 1, "dns": -1, "connect": 2, "send": 3, "wait": 4, "receive": 5},
    }


def har(folder: Path, *entries: Any) -> Path:
    return written(folder, {"log": {"version": "1.2", "entries": entries}}, "x.har")


def test_what_a_browser_writes_becomes_what_was_on_the_wire(tmp_path: Path) -> None:
    (one,), lost = read(read_har, har(tmp_path, entry()))
    assert lost == []
    assert (one.request.http_version, one.request.headers) == ("HTTP/2.0", (("accept", "*/*"),))
    assert one.response is not None
    assert isinstance(one.response.body, bytes)
    assert gzip.decompress(one.response.body) == b'{"soc": 71}'
    assert one.response.headers[1] == ("content-length", str(len(one.response.body)))
    assert (one.timings.send_ms, one.timings.wait_ms, one.timings.receive_ms) == (6, 4, 5)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("net::ERR_NAME_NOT_RESOLVED", "dns"),
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "tls"),
        ("net::ERR_TIMED_OUT", "timeout"),
        ("", "reset"),
    ],
)
def test_a_call_without_an_answer_is_a_failure(error: str, kind: str, tmp_path: Path) -> None:
    (one,), _ = read(read_har, har(tmp_path, entry(status=0, _error=error)))
    assert one.response is None
    assert one.failure is not None
    assert one.failure.kind == kind


def test_what_is_no_http_is_left_out_and_told(tmp_path: Path) -> None:
    other = entry()
    other["request"]["url"] = "data:image/png;base64,xxxx"
    found, lost = read(read_har, har(tmp_path, other, entry()))
    assert (len(found), lost) == (1, ["data: URLs: no HTTP, left out (1 time, first in exchange 1)"])


def test_forms_are_put_together_and_parts_are_told_as_lost(tmp_path: Path) -> None:
    form, parts = entry(), entry()
    pairs = [{"name": "a b", "value": "1"}, {"name": "c"}]
    form["request"]["postData"] = {"mimeType": "application/x-www-form-urlencoded", "params": pairs}
    parts["request"]["postData"] = {"mimeType": "multipart/form-data", "params": pairs}
    found, lost = read(read_har, har(tmp_path, form, parts))
    assert found[0].request.body == b"a+b=1&c="
    assert lost == [
        "the request's multipart form: the file holds its parts, not its bytes (1 time, first in exchange 2)"
    ]


def test_a_body_that_is_not_in_the_file_is_told(tmp_path: Path) -> None:
    _, lost = read(read_har, har(tmp_path, entry(content={"size": 4096, "mimeType": "image/png"})))
    assert lost == ["the answer's body: the file does not hold it (1 time, first in exchange 1)"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"request": {}}, r"\[log\.entries\.0\] lacks 'url'"),
        ({"request": {"url": "https://x/", "method": 5}}, "int where text belongs"),
        ({"request": {"url": "https://x/", "method": "GET"}, "response": {"status": "many"}}, "cannot be read"),
        (5, "cannot be read"),
        ({"_sandbox": {}}, "lacks 'startedDateTime'"),
    ],
)
def test_a_malformed_entry_is_named(broken: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=reason):
        read(read_har, har(tmp_path, broken))


def test_mitmproxys_own_har_keeps_bytes_and_failures() -> None:
    found, lost = read(read_har, DATA / "mitmproxy" / "live.har")
    assert lost == []
    assert [one.response and one.response.status for one in found] == [200, 200, 200, 200, None]
    assert found[2].response is not None
    assert found[2].response.body == bytes(range(256))
    assert found[4].failure is not None
    assert found[4].failure.kind == "refused"


@pytest.mark.parametrize("name", ["embedded", "attached"])
def test_what_chromium_did_is_read_as_playwright_wrote_it(name: str) -> None:
    found, lost = read(read_har, DATA / "chromium" / name / "chromium.har")
    assert [one.request.path for one in found] == [
        "/battery/1",
        "/gzip",
        "/binary",
        "/post",
        "/form",
        "/multi",
        "/",
        "/",
    ]
    assert found[1].response is not None
    assert isinstance(found[1].response.body, bytes)
    assert gzip.decompress(found[1].response.body) == b'{"soc": 71, "path": "/gzip"}'
    assert found[2].response is not None
    assert found[2].response.body == bytes(range(256))
    assert [one.request.body for one in found[3:5]] == ['{"a":"ü"}'.encode(), b"a=1+2&b=%C3%BC"]
    # Chromium itself refuses port 9: no name of a network error that we know
    assert [one.failure and one.failure.kind for one in found] == [*[None] * 6, "reset", "dns"]
    # a page that never reads an answer has the browser throw its body away
    unread = "the answer's body: the file does not hold it (3 times, first in exchange 4)"
    assert lost == ([unread] if name == "embedded" else [])


def test_a_body_in_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(SandboxError, match="outside the folder"):
        read(read_har, har(tmp_path / "inner", entry(content={"_file": "../secret"})))


def test_an_answer_that_broke_off_is_a_failure_with_what_came(tmp_path: Path) -> None:
    (one,), _ = read(read_har, har(tmp_path, entry(_error="net::ERR_CONTENT_LENGTH_MISMATCH")))
    assert one.response is not None
    assert one.failure is not None
    assert one.failure.kind == "truncated"


@pytest.mark.parametrize("name", ["application-json", "full", "query"])
def test_hars_of_others_are_read(name: str) -> None:
    found, lost = read(read_har, DATA / "har-examples" / f"{name}.har")
    assert [one.request.host for one in found] == ["httpbin.org"]
    assert lost == []
