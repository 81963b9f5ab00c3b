from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.match_rules import MatchRules, PathRule
from replaysandbox.files.match_rules import read_match_rules


def read(tmp_path: Path, text: str) -> MatchRules:
    path = tmp_path / "match.yaml"
    path.write_text(text, encoding="utf-8")
    return read_match_rules(path)


def test_rules_are_read(tmp_path: Path) -> None:
    text = """
headers: [SC-Unit-System]
volatile: compare
rules:
  - path: /site/{id}/energy
    method: GET
    ignore: [query:startDate, json:/meta]
    presence: [query:cursor]
    regex: {query:name: "bat-[0-9]+"}
    tolerance: {json:/level: 0.5}
"""
    rule = PathRule(
        "/site/{id}/energy",
        "GET",
        ignore=(("query", "startDate"), ("body", "json", "meta")),
        presence=(("query", "cursor"),),
        regex={("query", "name"): "bat-[0-9]+"},
        tolerance={("body", "json", "level"): 0.5},
    )
    assert read(tmp_path, text) == MatchRules(("sc-unit-system",), False, (rule,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n  - ignore: [limit]\n", r"match.yaml:2: \[rules.0.ignore.0\] 'limit'"),
        ("rules:\n  - regex: {query:a: '('}\n", "no expression"),
        ("rules:\n  - tolerance: {json:/a: -1}\n", "rules.0.tolerance"),
        ("ruls: []\n", "did you mean 'rules'"),
        ("volatile: maybe\n", "not one of ignore, compare"),
        ("rules:\n  - path: site\n", "not of the form"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SandboxError, match=told):
        read(tmp_path, text)
