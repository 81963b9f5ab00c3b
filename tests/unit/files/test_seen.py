from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.files.seen import seen_exchanges

AT = datetime(2026, 6, 1, tzinfo=UTC)
ONE = Recorded(
    AT,
    RecordedRequest("GET", "https", "a.test", 443, "/a", "b=1"),
    RecordedResponse(200, (("content-encoding", "gzip"),), gzip.compress(b"{}")),
)


def test_bodies_come_without_their_coding_and_each_exchange_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    wrong = replace(ONE, response=RecordedResponse(200, (("content-encoding", "gzip"),), b"no gzip"))
    with open_writer(path, CaptureHeader(AT)) as writer:
        for each in (ONE, wrong, ONE):
            writer.append(each)
    with open_capture(path) as capture:
        told = [(seen.body, seen.query, place.line, place.at) for seen, place, _ in seen_exchanges(capture)]
    assert told == [(b"{}", "b=1", 2, "2026-06-01T00:00:00Z"), (b"{}", "b=1", 4, "2026-06-01T00:00:00Z")]


def test_what_becomes_longer_than_is_allowed_is_not_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    plain = replace(ONE, response=RecordedResponse(200, (), b"{   }"))
    with open_writer(path, CaptureHeader(AT)) as writer:
        for each in (ONE, plain):
            writer.append(each)
    for most, lines in ((2, [2, 3]), (1, [3])):
        with open_capture(path) as capture:
            assert [place.line for _, place, _ in seen_exchanges(capture, most)] == lines
