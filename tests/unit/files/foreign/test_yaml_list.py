from __future__ import annotations

import time
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.yaml_list import members


def read(folder: Path, text: str | bytes) -> list:
    path = folder / "x.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(members(path, ("interactions",)))


def test_members_come_with_their_lines_and_plain_values(tmp_path: Path) -> None:
    text = (
        "version: 1\ninteractions:\n- {a: 012, b: no, c: null, d: 'null', e: ~}\n"
        "- f: !!binary aGk=\n  g: !!python/unicode 'x'\n  h: !!python/tuple [1]\nafter: [1]\n"
    )
    assert read(tmp_path, text) == [
        (3, {"a": "012", "b": "no", "c": None, "d": "null", "e": None}),
        (4, {"f": b"hi", "g": "x", "h": ["1"]}),
    ]


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['false']",
        "!!python/name:os.system ''",
        "!!python/object/new:x.Y {}",
        "!ruby/x y",
    ],
)
def test_what_would_make_an_object_is_refused_with_its_line(tag: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"x\.yaml:2: would make an object .*\n    hint: it is not read"):
        read(tmp_path, f"interactions:\n- {tag}\n")


def test_an_alias_is_the_value_it_names(tmp_path: Path) -> None:
    assert read(tmp_path, "interactions:\n- &x {a: [1]}\n- *x\n") == [(2, {"a": ["1"]}), (3, {"a": ["1"]})]


def test_a_bomb_of_aliases_takes_no_room_and_no_time(tmp_path: Path) -> None:
    lines = ["interactions:", "- &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    begun = time.monotonic()
    assert len(read(tmp_path, "\n".join(lines))) == 40
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("interactions:\n- *none\n", r":2: names \*none"),
        ("interactions:\n- {a: b\n", "is no YAML"),
        ("- a\n", r":1: is no mapping with interactions\n    hint: VCR\.py before 1\.0"),
        ("interactions:\n- {[a]: b}\n", "a key that is no text"),
        ("interactions:\n- !!binary 'a'\n", "is no base64"),
        (b"interactions:\n- \xff\n", "is no YAML"),
        ("interactions:\n- " + "[" * 100 + "]" * 100, "nested deeper than 64"),
    ],
)
def test_what_is_wrong_is_told(text: str | bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=reason):
        read(tmp_path, text)


def test_an_empty_file_has_no_members(tmp_path: Path) -> None:
    assert read(tmp_path, "") == []
