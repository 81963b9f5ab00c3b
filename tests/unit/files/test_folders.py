from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.folders import ca_folder, make_private, runtime_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return runtime_folder()


def test_our_folders_follow_xdg(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert folder.parent == tmp_path
    assert (tmp_path / "data") in ca_folder().parents
    assert not ca_folder().exists()


@pytest.mark.parametrize("which", ["itself", "above"])
def test_a_folder_that_others_can_reach_is_refused(folder: Path, which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # platformdirs looks at XDG_RUNTIME_DIR itself; what it falls back to is not looked at by anybody else.
    monkeypatch.setattr("replaysandbox.files.folders.user_runtime_path", lambda name: folder)
    assert runtime_folder() == folder
    (folder if which == "itself" else folder.parent).chmod(0o777)
    with pytest.raises(SandboxError, match="only you"):
        runtime_folder()


def test_one_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "replaysandbox"
    monkeypatch.setattr("replaysandbox.files.folders.user_runtime_path", lambda name: place)
    with pytest.raises(SandboxError, match="cannot be made"):
        runtime_folder()


def test_a_link_in_its_place_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)
    with pytest.raises(SandboxError, match="only you"):
        runtime_folder()


def test_folders_above_ours_are_ours_alone_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b")
    make_private(tmp_path / "a" / "b")
    modes = [(tmp_path / each).stat().st_mode & 0o777 for each in ("", "a", "a/b")]
    assert modes == [0o755, 0o700, 0o700]
