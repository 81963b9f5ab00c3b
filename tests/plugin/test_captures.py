from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_replaysandbox.captures import (
    LONGEST,
    RECORD,
    NoCaptureError,
    capture_path,
    copy,
    plan_of,
    put_in_place,
    remove,
    short_name,
    unused,
)

TEST_FILE = Path("/suite/test_live.py")


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("test_one", "test_live.test_one"),
        ("TestIt::test_one", "test_live.TestIt.test_one"),
        ("test_one[a-1.5]", "test_live.test_one-a-1.5"),
    ],
)
def test_a_plain_name_is_kept(test: str, name: str) -> None:
    assert short_name("test_live", test) == name


@pytest.mark.parametrize("test", ["test_one[a b]", "test_one[../../x]", "test_one[]", "test_ä", "test_" + 90 * "x"])
def test_any_other_is_safe_and_short(test: str) -> None:
    name = short_name("test_live", test)
    assert (len(name) <= LONGEST, name.isascii(), "/" in name, " " in name) == (True, True, False, False)
    assert name == short_name("test_live", test), "it stays the same"


@given(st.lists(st.text("ab.-[]:/ ", max_size=6), min_size=2, max_size=2, unique=True))
def test_two_tests_never_share_a_name(ids: list[str]) -> None:
    one, other = (short_name("m", f"test[{each}]") for each in ids)
    assert one != other


def test_where_a_capture_is() -> None:
    assert capture_path(None, TEST_FILE, "test_one") is None
    assert capture_path(False, TEST_FILE, "test_one") is None
    assert capture_path(True, TEST_FILE, "test_one") == Path("/suite/captures/test_live.test_one.capture")
    assert capture_path("../x.capture", TEST_FILE, "test_one") == Path("/x.capture")


def test_without_a_capture_nothing_is_live_whatever_is_recorded() -> None:
    assert {plan_of(None, record, "n").body["mode"] for record in RECORD} == {"simulate"}


@pytest.mark.parametrize(
    ("record", "there", "mode", "on_miss", "drafted"),
    [
        ("none", True, "replay", "refuse", False),
        ("once", True, "replay", "refuse", False),
        ("once", False, "record", None, True),
        ("new_episodes", True, "replay", "record", False),
        ("new_episodes", False, "record", None, True),
        ("all", True, "record", None, False),
        ("all", False, "record", None, True),
        ("rewrite", True, "record", None, True),
        ("rewrite", False, "record", None, True),
    ],
)
def test_what_becomes_of_a_capture(
    tmp_path: Path, record: str, there: bool, mode: str, on_miss: str | None, drafted: bool
) -> None:
    capture = tmp_path / "x.capture"
    if there:
        capture.touch()
    plan = plan_of(capture, record, "n")
    assert (plan.body["mode"], plan.body.get("on_miss"), plan.draft is not None) == (mode, on_miss, drafted)
    assert plan.body["capture"] == str(plan.draft or capture)


def test_one_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NoCaptureError, match=r"pytest --sandbox-record once 'test_live\.py::test_one'"):
        plan_of(tmp_path / "x.capture", "none", "test_live.py::test_one")


def test_large_bodies_go_with_their_capture(tmp_path: Path) -> None:
    draft, capture, other = (tmp_path / f"{name}.capture" for name in ("draft", "it", "other"))
    for path, text in ((draft, "new"), (capture, "old")):
        path.write_text(text)
        (tmp_path / f"{path.name}.bodies").mkdir()
        (tmp_path / f"{path.name}.bodies" / text).touch()
    copy(draft, other)
    put_in_place(draft, capture)
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert names == ["it.capture", "it.capture.bodies/new", "other.capture", "other.capture.bodies/new"]
    remove(capture)
    remove(other)
    assert list(tmp_path.iterdir()) == []


def test_unused_are_those_of_these_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    for name in ("test_a.test_1", "test_a.test_2", "test_b.test_1", "other"):
        (folder / f"{name}.capture").touch()
    found = unused([tmp_path / "test_a.py"], [folder / "test_a.test_1.capture"])
    assert found == [folder / "test_a.test_2.capture"]


def test_what_is_simulated_reaches_no_live_host_whatever_the_project_says() -> None:
    assert plan_of(None, "none", "n").body["on_miss"] == "refuse"
