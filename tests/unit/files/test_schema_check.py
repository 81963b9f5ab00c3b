import pytest

from replaysandbox.core.nearest import nearest
from replaysandbox.files.schema_check import format_problems
from replaysandbox.files.yaml_file import parse_yaml

PACK = """format: 1
title: T
learnt: {from: f, on: 2026-01-01}
hosts: [api.t.test]
ids: {device: {kind: base62}}
errors: {template: e.json.j2, answers: {}}
routes:
  - {route: GET /a, operation: list, family: battery, template: a.json.j2}
"""


def problems(text: str) -> list[tuple[int, str, str]]:
    found = format_problems(parse_yaml(text, "pack.yaml"), "pack")
    return [(each.line, each.key, f"{each.reason} | {each.hint}") for each in found]


def test_a_good_file_has_no_problem() -> None:
    assert problems(PACK) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("title: T", "titel: T", 2, "titel", "unknown key 'titel' | did you mean 'title'?"),
        ("title: T\n", "", 1, "", "the key 'title' is missing"),
        ("title: T", "title: 7", 2, "title", "is the number 7, but should be text"),
        ("format: 1", "format: 2", 1, "format", "1 was expected"),
        ("battery", "batery", 8, "routes.0.family", "is not one of battery"),
        ("[api.t.test]", "[API.T.test]", 4, "hosts.0", "is not of the form"),
        ("[api.t.test]", "api.t.test", 4, "hosts", "is the text 'api.t.test', but should be a list"),
        ("GET /a", "FETCH /a", 8, "routes.0.route", "is not of the form"),
    ],
)
def test_problems_are_told_in_words_with_their_line(old: str, new: str, line: int, key: str, says: str) -> None:
    found = problems(PACK.replace(old, new))
    assert any(each[:2] == (line, key) and says in each[2] for each in found), found


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(PACK.replace("title: T", "titel: T").replace("battery", "batery"))) == 3


def test_nearest_lists_all_where_nothing_is_near() -> None:
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
