from __future__ import annotations

import stat
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.redaction_key import key_file, known_key, redaction_key


def test_a_key_is_made_once_and_is_its_owners_alone(own_home: Path) -> None:
    assert known_key(None) is None
    key = redaction_key(None)
    assert len(key) == 32
    assert redaction_key(None) == known_key(None) == key
    file = key_file(None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_each_project_has_its_own(own_home: Path, tmp_path: Path) -> None:
    assert redaction_key(tmp_path / "a") != redaction_key(tmp_path / "b")
    assert not list(tmp_path.glob("a/**/*.key")), "a project is shared, its key is not"


def test_a_key_that_others_may_read_is_refused(own_home: Path) -> None:
    redaction_key(None)
    key_file(None).chmod(0o644)
    with pytest.raises(SandboxError, match="others may read"):
        redaction_key(None)


def test_what_is_no_key_is_refused(own_home: Path) -> None:
    redaction_key(None)
    key_file(None).write_bytes(b"short")
    with pytest.raises(SandboxError, match="no key of 32 bytes"):
        redaction_key(None)
