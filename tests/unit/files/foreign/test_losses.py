from __future__ import annotations

from replaysandbox.files.foreign.losses import Losses


def test_each_kind_is_told_once_with_its_count_and_first_place() -> None:
    losses = Losses()
    for losses.exchange in (2, 5):
        losses.note("trailers")
    losses.note("frames")
    assert losses.lines() == [
        "trailers (2 times, first in exchange 2)",
        "frames (1 time, first in exchange 5)",
    ]


def test_nothing_lost_is_nothing_told() -> None:
    assert Losses().lines() == []
