import os
import socket
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.plain_file import open_plain


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    for name in ("a", "b"):
        with open_plain(tmp_path / name) as file:
            assert file.read() == b"x"


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(path))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_pipe, "is no plain file"),
        (_device, "is no plain file"),
        (Path.mkdir, "is no plain file"),
        (_listening, "cannot be read: No such device or address"),
        (lambda path: path.symlink_to(path.name), "cannot be read: Too many levels of symbolic links"),
        (lambda _: None, "cannot be read: No such file or directory"),
    ],
)
def test_nothing_else_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object, reason: str) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    assert callable(make)
    make(Path("it"))
    with pytest.raises(SandboxError) as refused:
        open_plain(Path("it"), "as it is called")
    assert str(refused.value.problems[0]).startswith(f"as it is called: {reason}")


def test_a_name_with_a_nul_is_told() -> None:
    with pytest.raises(SandboxError, match="null"):
        open_plain(Path("a\0b"))
