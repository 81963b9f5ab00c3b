from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.vcr import read_vcr
from tests.unit.files.foreign.made import DATA, read, written

REAL = {
    "vcrpy/new.yaml": [("GET", "http://httpbin.org/ip", 200)],
    "vcrpy/new.json": [("GET", "http://httpbin.org/ip", 200)],
    "vcrpy/gzip_requests.yaml": [("GET", "https://httpbin.org/gzip", 200)],
    "vcrpy/gzip_httpx_old_format.yaml": [("GET", "https://httpbin.org/gzip", 200)],
    "vcrpy/tornado.yaml": [("GET", f"http://httpbin.org/status/{code}", code) for code in (500, 404)],
    "betamax/handles_digest_auth.json": [
        ("GET", "https://httpbin.org/digest-auth/auth/user/passwd", code) for code in (401, 200)
    ],
    "betamax/preserve_exact_bytes.json": [("POST", "https://httpbin.org/post", 200)],
    "betamax/replay_multiple_times.json": [("GET", f"http://httpbin.org/stream/{count}", 200) for count in (5, 1, 3)],
}


def told(name: str) -> list[tuple[str, str, int]]:
    found, lost = read(read_vcr, DATA / name)
    assert lost == []
    return [(one.request.method, one.request.url, one.response.status) for one in found if one.response is not None]


@pytest.mark.parametrize("name", REAL)
def test_files_of_others_are_read(name: str) -> None:
    assert told(name) == REAL[name]


def test_what_pytest_recording_wrote_is_what_was_on_the_wire() -> None:
    found, _ = read(read_vcr, DATA / "pytest-recording" / "battery.yaml")
    first, coded, binary, posted, raw = found
    assert first.response is not None
    assert [pair for pair in first.response.headers if pair[0] == "Set-Cookie"] == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]
    assert coded.response is not None
    assert isinstance(coded.response.body, bytes)
    assert gzip.decompress(coded.response.body) == b'{"soc": 71, "path": "/gzip"}'
    assert binary.response is not None
    assert binary.response.body == bytes(range(256))
    assert (posted.request.body, raw.request.body) == (b'{"a": "\\u00fc"}', b"\xff\x00\x01")


def test_the_oldest_format_is_refused_with_what_to_do() -> None:
    with pytest.raises(SandboxError, match=r"old\.yaml:1: .*\n    hint: .*python -m vcr\.migration"):
        read(read_vcr, DATA / "vcrpy" / "old.yaml")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, r"\[interactions\.0\] lacks 'request'"),
        ({"request": {"method": "GET", "uri": "x", "headers": {}}, "response": {}}, "is no http or https URL"),
        ({"request": {"method": "GET", "uri": "http://x/", "headers": []}, "response": {}}, "lacks 'status_code'"),
        (
            {"request": {"method": "GET", "uri": "http://x/", "headers": 5}, "response": {}},
            "int where an object belongs",
        ),
    ],
)
def test_a_malformed_exchange_is_named(data: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=reason):
        read(read_vcr, written(tmp_path, {"interactions": [data]}))


def test_a_malformed_exchange_in_yaml_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("interactions:\n- request:\n    method: GET\n", encoding="utf-8")
    with pytest.raises(SandboxError, match=r"x\.yaml:2: lacks 'response'"):
        read(read_vcr, path)
