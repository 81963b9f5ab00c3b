from __future__ import annotations

from pathlib import Path

from pytest_replaysandbox.failures import clear, failure_path


def test_only_our_own_folder_is_cleared(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox-failures"
    folder.mkdir()
    (folder / "kept.capture").touch()
    clear(tmp_path)
    assert (folder / "kept.capture").exists()
    failure_path(tmp_path, "test_x.test_y").touch()
    (folder / "notes.txt").touch()
    clear(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "notes.txt"]
    clear(tmp_path / "elsewhere")
