from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.json_stream import items, top_keys


def written(folder: Path, text: bytes) -> Path:
    path = folder / "x.json"
    path.write_bytes(text)
    return path


def test_members_come_one_at_a_time(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbf{"a": {"b": [1, {"c": 1.5}, "x"]}, "z": [9]}')
    assert list(items(path, "a.b")) == [1, {"c": 1.5}, "x"]


def test_what_comes_before_a_break_is_read_and_the_break_is_told(tmp_path: Path) -> None:
    stream = items(written(tmp_path, b'{"a": [1, 2, {"b": '), "a")
    assert [next(stream), next(stream)] == [1, 2]
    with pytest.raises(SandboxError, match=r"x\.json: \[a\.2\] is no JSON: .*\n    hint: what came before"):
        next(stream)


def test_half_a_surrogate_pair_is_read_as_mitmproxy_means_it(tmp_path: Path) -> None:
    assert list(items(written(tmp_path, rb'{"a": ["fine", "\udced", "\ud83d\ude00"]}'), "a")) == [
        "fine",
        "\udced",
        "😀",
    ]


def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"\[a\.0\] is no"):
        list(items(written(tmp_path, b'{"a": ["\xff"]}'), "a"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be read: No such file"):
        list(items(tmp_path / "none", "a"))


def test_top_keys_are_those_of_the_outermost_object_as_far_as_it_goes(tmp_path: Path) -> None:
    assert list(top_keys(written(tmp_path, b'{"a": {"b": 1}, "c": [{"d": 2}], nonsense'))) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": [' + b'{"k":' * 300, "is nested deeper than 256 levels"),
        (b'{"a":' * 300, "is nested deeper than 256 levels"),
        (b'{"a": [{"' + b"k" * 5000 + b'": 1}]}', "has a key that is longer than 4096 characters"),
    ],
)
def test_what_would_fill_the_memory_with_keys_is_refused(tmp_path: Path, text: bytes, reason: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SandboxError, match=reason):
        list(items(path, "a"))
    assert list(top_keys(path)) in ([], ["a"])
