from pathlib import Path

import pytest

from replaysandbox.core.capture import BodyFile
from replaysandbox.files.bodies import DamagedBodyError, Spool, bodies_folder, pieces, stored, whole

LONG = bytes(range(256)) * 1000


def test_a_body_is_kept_under_the_name_of_its_hash(tmp_path: Path) -> None:
    folder = bodies_folder(tmp_path / "day.jsonl")
    body = stored(LONG, folder)
    assert folder.name == "day.jsonl.bodies"
    assert [path.name for path in folder.iterdir()] == [body.sha256]
    assert body.size == len(LONG)
    assert whole(body, folder) == LONG


def test_a_body_in_pieces_is_the_same_body(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "b")
    for start in range(0, len(LONG), 1000):
        spool.write(LONG[start : start + 1000])
    body = spool.keep()
    assert body == stored(LONG, tmp_path / "b")
    assert max(len(piece) for piece in pieces(body, tmp_path / "b")) < len(LONG)


def test_a_body_given_up_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"half")
    spool.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_body_is_no_body(tmp_path: Path) -> None:
    body = stored(LONG, tmp_path)
    path = tmp_path / body.sha256
    for content in (LONG[:-1], LONG + b"x", b"x" + LONG[1:]):
        path.write_bytes(content)
        with pytest.raises(DamagedBodyError, match="not the body that was written"):
            whole(body, tmp_path)
    path.unlink()
    with pytest.raises(DamagedBodyError, match="No such file"):
        whole(body, tmp_path)


def test_a_capture_leads_to_no_other_file(tmp_path: Path) -> None:
    body = stored(LONG, tmp_path)
    path = tmp_path / body.sha256
    path.rename(tmp_path / "private")
    path.symlink_to(tmp_path / "private")
    with pytest.raises(DamagedBodyError, match="cannot be read"):
        whole(body, tmp_path)
    with pytest.raises(DamagedBodyError, match="cannot be read"):
        whole(BodyFile("..", 1), tmp_path)


def test_a_small_body_is_itself(tmp_path: Path) -> None:
    assert whole(b"x", tmp_path) == b"x"
