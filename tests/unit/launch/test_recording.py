from __future__ import annotations

import errno
import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.exchange import Request
from replaysandbox.core.limits import Limits
from replaysandbox.files.bodies import bodies_folder
from replaysandbox.files.capture_writer import Writer
from replaysandbox.files.captures import open_capture
from replaysandbox.launch.recording import Recording, recording_to, shown_by
from replaysandbox.redact.redactor import Redactor
from replaysandbox.redact.rules import GENERAL
from tests.unit.files.recorded import HEADER, recorded
from tests.unit.redact.made import KEY

JSON = (("Content-Type", "application/json"),)


def test_what_is_kept_is_redacted_and_counted(tmp_path: Path) -> None:
    counts: list[int] = []
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, print) as made:
        made.told = counts.append
        made.keep(recorded(body=b'{"token": "cnry5f0c9a77"}'))
        made.keep(recorded(body=b'"echo cnry5f0c9a77"'))
    assert counts == [1, 2]
    assert made.redactor.counts == {"secret token": 1, "seen elsewhere": 1}
    assert b"cnry" not in (tmp_path / "a").read_bytes()


def test_a_disk_that_takes_no_more_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, said.append) as made:
        made.keep(recorded())
        monkeypatch.setattr(Writer, "append", _full)
        made.keep(recorded())
        made.keep(recorded())
        assert made.body(JSON) is None
    assert len(said) == 1
    assert "RECORDING STOPPED" in said[0]
    assert "1 exchange in" in said[0]
    assert made.stopped == "No space left on device"


def test_a_capture_grows_no_longer_than_it_may(tmp_path: Path) -> None:
    said: list[str] = []
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, said.append, Limits(capture_bytes=1000)) as made:
        for _ in range(20):
            made.keep(recorded())
    assert 0 < made.count < 20
    assert [("RECORDING STOPPED" in line, "limits.capture_bytes" in line) for line in said] == [(True, True)]
    assert len((tmp_path / "a").read_bytes().splitlines()) == made.count + 1


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_exchange_that_cannot_be_redacted_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def broken(*_: object) -> None:
        raise RuntimeError("about cnry5f0c9a77")

    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, said.append) as made:
        monkeypatch.setattr(Redactor, "exchange", broken)
        made.keep(recorded())
        assert made.count == 0
    assert len(said) == 1
    assert "cnry" not in said[0]


def large(made: Recording, pieces: list[bytes]) -> bytes | None:
    body = made.body(JSON)
    assert body is not None
    for piece in pieces:
        body.feed(piece)
    kept = body.end()
    return (bodies_folder(made.path) / kept.sha256).read_bytes() if kept else None


def test_a_large_body_is_redacted_on_its_way(tmp_path: Path) -> None:
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, print) as made:
        kept = large(made, [b'{"tok', b'en": "cnry5f0c9a77"}'])
    assert kept is not None
    assert b"cnry" not in kept
    assert len(kept) == 25


def test_a_large_body_that_nobody_can_look_into_is_not_kept(tmp_path: Path) -> None:
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, print) as made:
        body = made.body((*JSON, ("Content-Encoding", "gzip")))
        assert body is not None
        body.feed(b"nonsense, and no gzip")
        assert body.end() is None
        assert made.body((("Content-Encoding", "rot13"),)) is None
    assert not list(bodies_folder(made.path).iterdir())


def test_the_journal_is_shown_no_secret() -> None:
    shown = shown_by(Redactor(KEY))
    headers = (("X-Api-Key", "cnry5f0c9a77"), ("X-Sandbox-Session", "s1"))
    asked = Request("GET", "https", "api.amps.ai", 443, "/token/cnry5f0c9a77", "api_key=cnry5f0c9a77", headers, b"cnry")
    made = shown(asked)
    assert "cnry" not in repr(made)
    assert made.headers == (("X-Sandbox-Session", "s1"),)


def test_a_capture_says_by_which_rules(tmp_path: Path) -> None:
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, print):
        pass
    with open_capture(tmp_path / "a") as capture:
        assert capture.header.redaction == "1"


def test_a_body_that_becomes_longer_than_is_allowed_is_not_kept_in_one_piece_or_several(tmp_path: Path) -> None:
    gzipped = (("Content-Type", "text/plain"), ("Content-Encoding", "gzip"))
    with recording_to(tmp_path / "a", HEADER, KEY, GENERAL, print, Limits(decoded_bytes=2000)) as made:
        for size, is_kept in ((2000, True), (2001, False)):
            body = gzip.compress(b"x" * size)
            asked = recorded("/a", body)
            assert asked.response is not None
            made.keep(replace(asked, response=replace(asked.response, headers=gzipped)))
            large = made.body(gzipped)
            assert large is not None
            large.feed(body)
            assert (large.end() is not None) is is_kept
    with open_capture(tmp_path / "a") as capture:
        sizes = [len(each.response.body) > 0 for each in capture if each.response is not None]  # type: ignore[arg-type]
    assert sizes == [True, False]
