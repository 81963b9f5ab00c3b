from pathlib import Path

import pytest

from replaysandbox.files.places import PROFILES, SCHEMAS, shown


def test_a_checkouts_own_folders_win() -> None:
    root = Path(__file__).resolve().parents[3]
    assert root / "profiles" == PROFILES
    assert root / "schemas" == SCHEMAS


def test_files_are_named_from_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown(tmp_path.parent / "c.yaml") == str(tmp_path.parent / "c.yaml")
