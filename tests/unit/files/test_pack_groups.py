from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.pack_groups import spread
from replaysandbox.files.packs import read_pack
from replaysandbox.files.yaml_file import parse_yaml
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

TEXT = """routes:
  - {route: GET /a, operation: show}
  - shared:
      operation: list
      headers: {X-One: "1", X-Two: "2"}
    routes:
      - {route: GET /b}
      - {route: GET /c, operation: read, headers: {X-Two: "3"}}
  - {route: GET /d, operation: show}
"""


def test_each_route_gets_what_its_group_shares_unless_it_says_otherwise() -> None:
    document, problems = spread(parse_yaml(TEXT, "pack.yaml"))
    assert problems == []
    assert [route["route"] for route in document.data["routes"]] == ["GET /a", "GET /b", "GET /c", "GET /d"]
    b, c = document.data["routes"][1:3]
    assert (b["operation"], b["headers"]) == ("list", {"X-One": "1", "X-Two": "2"})
    assert (c["operation"], c["headers"]) == ("read", {"X-One": "1", "X-Two": "3"})


def test_lines_stay_those_of_the_file() -> None:
    document, _ = spread(parse_yaml(TEXT, "pack.yaml"))
    places = [("routes", 0, "route"), ("routes", 1, "route"), ("routes", 1, "operation"), ("routes", 2, "operation")]
    assert [document.line(place) for place in (*places, ("routes", 3, "route"))] == [2, 7, 4, 8, 9]


def test_a_route_without_operation_is_told_with_its_line() -> None:
    text = "routes:\n  - shared: {family: vehicle}\n    routes:\n      - {route: GET /b}\n"
    (problem,) = spread(parse_yaml(text, "pack.yaml"))[1]
    assert (problem.line, problem.reason) == (4, "the key 'operation' is missing")


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        ("  - {shared: {famly: vehicle}, routes: [{route: GET /x}]}\n", "unknown key 'famly'"),
        ("  - {shared: {operation: show}}\n", "the key 'routes' is missing"),
        ("  - {shared: {operation: list}, routes: [{route: GET /x}]}\n", "needs the key 'family'"),
    ],
)
def test_what_is_wrong_with_a_group_is_told(tmp_path: Path, group: str, reason: str) -> None:
    with pytest.raises(SandboxError, match=reason):
        read_pack(write_pack(tmp_path / "mine", PACK + group, TEMPLATES))
