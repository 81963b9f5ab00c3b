from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.hoverfly import read_hoverfly
from tests.unit.files.foreign.made import read, written


def exact(value: str) -> list[dict[str, str]]:
    return [{"matcher": "exact", "value": value}]


V5 = {
    "path": exact("/battery"),
    "method": exact("GET"),
    "destination": exact("api.amps.ai"),
    "scheme": exact("https"),
    "query": {"a": exact("1")},
    "headers": {"X-A": exact("b")},
    "body": exact(""),
}
V2 = {name: {"exactMatch": said[0]["value"]} for name, said in V5.items() if isinstance(said, list)} | {
    "query": {"exactMatch": "a=1"},
    "headers": {"X-A": ["b"]},
}
V1 = {name: said["exactMatch"] for name, said in V2.items() if "exactMatch" in said} | {"headers": {"X-A": ["b"]}}


def simulation(folder: Path, request: Any, **response: Any) -> Path:
    answered = {"status": 200, "body": "e30=", "encodedBody": True, "headers": {"X": ["1"]}} | response
    return written(folder, {"data": {"pairs": [{"request": request, "response": answered}]}, "meta": {}})


@pytest.mark.parametrize("request_", [V5, V2, V1], ids=["v5", "v2", "v1"])
def test_exact_pairs_of_each_schema_are_exchanges(request_: Any, tmp_path: Path) -> None:
    (one,), lost = read(read_hoverfly, simulation(tmp_path, request_))
    assert lost == []
    assert (one.request.url, one.request.headers) == ("https://api.amps.ai/battery?a=1", (("X-A", "b"),))
    assert one.response is not None
    assert (one.response.body, one.response.headers) == (b"{}", (("X", "1"),))


@pytest.mark.parametrize(
    ("change", "response", "lost"),
    [
        ({"path": [{"matcher": "glob", "value": "/b*"}]}, {}, "a pair whose path is a pattern: left out"),
        ({"headers": {"X": [{"matcher": "regex", "value": "."}]}}, {}, "a pair's condition that is a pattern"),
        ({"method": None}, {}, "a pair for any method stands for GET"),
        ({}, {"templated": True}, "a pair's template: its text is taken as it is written"),
        ({"requiresState": {"a": "1"}}, {}, "a pair's state"),
    ],
)
def test_what_a_capture_cannot_hold_is_told(change: Any, response: Any, lost: str, tmp_path: Path) -> None:
    _, told = read(read_hoverfly, simulation(tmp_path, V5 | change, **response))
    assert told == [f"{lost} (1 time, first in exchange 1)"]


def test_a_request_for_any_host_is_for_the_one_that_is_named(tmp_path: Path) -> None:
    path = simulation(tmp_path, V5 | {"destination": None})
    assert read(read_hoverfly, path)[0] == []
    assert read(read_hoverfly, path, "https://live.example")[0][0].request.host == "live.example"


def test_a_body_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(SandboxError, match=r"\[data\.pairs\.0\] cannot be read: its body's file is outside"):
        read(read_hoverfly, simulation(tmp_path / "inner", V5, bodyFile="../secret"))
