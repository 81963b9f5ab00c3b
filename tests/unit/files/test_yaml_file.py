import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.yaml_file import parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        ("-7", -7),
        ("2026-06-01", "2026-06-01"),
        ("'12'", "12"),
        ("true", True),
        ("~", None),
        ("", None),
        ("1_000", "1_000"),
        ("{a: [1, b], 'c': {}}", {"a": [1, "b"], "c": {}}),
        ("|\n  text\n", "text\n"),
    ],
)
def test_plain_scalars_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    seen = parse_yaml(text, "f").data
    assert seen == value
    assert type(seen) is type(value)


def test_lines_are_known_by_key_path() -> None:
    document = parse_yaml("a: 1\nb:\n  - c: 2\n\n  - d: 3\n", "f.yaml")
    assert document.line(("b", 1, "d")) == 5
    assert document.line(("b", 1, "absent")) == 5
    assert str(document.problem(("b", 0, "c"), "is wrong")) == "f.yaml:3: [b.0.c] is wrong"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "repeats the key 'a' of line 1"),
        ("a: &x 1\nb: *x\n", 2, "uses an alias"),
        ("a: {x: 1}\nb:\n  <<: {y: 2}\n", 3, "uses a merge key"),
        ("a: !!python/object:os.system x\n", 1, "uses a tag"),
        ("? [a]\n: 1\n", 1, "has a key that is not a plain word"),
        ("a: 1\n---\nb: 2\n", 2, "more than one YAML document"),
        ("a: [1\nb: 2\n", 2, "is not YAML"),
        ("[" * 100, 1, "nested deeper"),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(SandboxError) as caught:
        parse_yaml(text, "f.yaml")
    assert any(problem.line == line and reason in problem.reason for problem in caught.value.problems)


def test_all_repeated_keys_are_told_at_once() -> None:
    with pytest.raises(SandboxError) as caught:
        parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f")
    assert [problem.key for problem in caught.value.problems] == ["a", "b.c"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be read"):
        read_yaml(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    with pytest.raises(SandboxError, match="is not UTF-8"):
        read_yaml(tmp_path / "latin.yaml")
    (tmp_path / "big.yaml").write_text("a: " + "x" * 100)
    with pytest.raises(SandboxError, match="larger than 50 bytes"):
        read_yaml(tmp_path / "big.yaml", size_limit=50)


TEXT = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.slow
@given(VALUES)
def test_json_is_read_as_json_reads_it(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert parse_yaml(text, "f").data == json.loads(text)


def test_aliases_stand_for_what_was_marked_where_they_are_allowed() -> None:
    text = "a: &x {b: [1, 2]}\nc: *x\n"
    assert parse_yaml(text, "f", aliases=True).data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    with pytest.raises(SandboxError, match=r"stands for nothing before it"):
        parse_yaml("a: *x\n", "f", aliases=True)
    with pytest.raises(SandboxError, match=r"stands for nothing before it"):
        parse_yaml("a: &x [*x]\n", "f", aliases=True)


def test_a_bomb_of_aliases_is_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(SandboxError, match="more than 100,000 values"):
        parse_yaml("\n".join(levels), "f", aliases=True)
