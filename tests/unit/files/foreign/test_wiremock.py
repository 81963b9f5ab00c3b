from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.wiremock import read_wiremock
from tests.unit.files.foreign.made import read, written

LIVE = "https://api.amps.ai"


def mapping(request: dict[str, Any] | None = None, **response: Any) -> dict[str, Any]:
    return {"request": {"method": "GET", "url": "/battery"} | (request or {}), "response": {"status": 200} | response}


def one(folder: Path, data: dict[str, Any]) -> tuple[Any, list[str]]:
    (found,), lost = read(read_wiremock, written(folder, data), LIVE)
    return found, lost


def test_an_exact_mapping_is_an_exchange(tmp_path: Path) -> None:
    asked = {
        "method": "POST",
        "urlPath": "/battery",
        "queryParameters": {"a": {"equalTo": "1 2"}},
        "headers": {"X-A": {"equalTo": "b"}},
        "bodyPatterns": [{"equalToJson": {"c": 1}}],
    }
    del (data := mapping(asked, jsonBody={"soc": 71}, headers={"X": ["1", "2"]}, fixedDelayMilliseconds=5))["request"][
        "url"
    ]
    found, lost = one(tmp_path, data)
    assert lost == []
    assert (found.request.method, found.request.url) == ("POST", "https://api.amps.ai/battery?a=1%202")
    assert (found.request.headers, found.request.body) == ((("X-A", "b"),), b'{"c":1}')
    assert (found.response.body, found.response.headers) == (b'{"soc":71}', (("X", "1"), ("X", "2")))
    assert found.timings.wait_ms == 5


@pytest.mark.parametrize(
    ("data", "lost"),
    [
        (mapping({"method": "ANY"}), "a mapping for any method stands for GET"),
        (mapping({"headers": {"X": {"matches": "a.*"}}}), "a mapping's condition that is a pattern"),
        (mapping({"cookies": {"s": {"equalTo": "1"}}}), "a mapping's condition on cookies"),
        (mapping(transformers=["response-template"]), "a mapping's template: its text is taken as it is written"),
        (mapping() | {"priority": 1}, "a mapping's priority"),
    ],
)
def test_what_a_capture_cannot_hold_is_told(data: dict[str, Any], lost: str, tmp_path: Path) -> None:
    assert one(tmp_path, data)[1] == [f"{lost} (1 time, first in exchange 1)"]


def test_a_pattern_for_a_url_is_left_out_and_told(tmp_path: Path) -> None:
    patterned = {"request": {"method": "GET", "urlPattern": "/b.*"}, "response": {}}
    path = written(tmp_path, {"mappings": [patterned, mapping()]})
    found, lost = read(read_wiremock, path, LIVE)
    assert (len(found), lost) == (1, ["a mapping whose URL is a pattern: left out (1 time, first in exchange 1)"])


def test_a_fault_is_a_failure(tmp_path: Path) -> None:
    found, _ = one(tmp_path, mapping(fault="MALFORMED_RESPONSE_CHUNK"))
    assert (found.response, found.failure.kind) == (None, "truncated")


def test_a_folder_has_mappings_and_files(tmp_path: Path) -> None:
    for name in ("mappings", "__files"):
        (tmp_path / name).mkdir()
    (tmp_path / "__files" / "b.json").write_bytes(b'{"soc": 71}')
    written(tmp_path / "mappings", mapping(bodyFileName="b.json"), "b.json")
    for place in (tmp_path, tmp_path / "mappings" / "b.json"):
        (found,), _ = read(read_wiremock, place, LIVE)
        assert found.response is not None
        assert found.response.body == b'{"soc": 71}'


def test_a_host_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"name no host\n    hint: .*--live-url"):
        read(read_wiremock, written(tmp_path, mapping()))
    named = mapping({"host": {"equalTo": "api.amps.ai"}, "port": 8443})
    (found,), _ = read(read_wiremock, written(tmp_path, named))
    assert found.request.url == "https://api.amps.ai:8443/battery"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"request": {}}, "lacks 'response'"),
        (mapping(bodyFileName="../../x"), "cannot be read"),
        ({"nothing": 1}, "is no WireMock mapping"),
    ],
)
def test_a_malformed_mapping_is_named(data: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=reason):
        read(read_wiremock, written(tmp_path, data), LIVE)
