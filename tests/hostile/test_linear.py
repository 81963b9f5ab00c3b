"""What files of hostile lines cost grows with them and no faster: counted calls, and time where the work is in C.

A bound on time would fail on a busy machine; a ratio of processor times does not, with room between 8 (linear) and 64.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.redacting import findings_of, redact_file
from replaysandbox.files.seen import seen_exchanges
from replaysandbox.launch.foreign import convert, open_any
from replaysandbox.redact.redactor import Redactor
from tests.unit.files.recorded import HEADER, recorded

FEW, MANY = 150, 1200
MOST_RATIO = 24.0
"""Of 8 times as much input; a square would be 64."""

PIECES = {
    "lists": "[]\n",
    "objects": "{}\n",
    "line breaks": "\n",
    "half objects": '{"a":\n',
    "open lists": "[",
    "open objects": '{"a":',
    "quotes": '"',
    "escapes": "\\",
    "tokens": '{"access_token":"tok%dabcdefghijkl"}\n',
    "addresses": "somebody%d@mail.example\n",
    "coordinates": '{"latitude":50.%d},',
    "names": "token%d=a&",
    "tags": "<a><b>",
    "percent signs": "%%40",
}


def _seen(file: Path) -> int:
    with open_any(file, Losses(), None) as capture:
        return sum(1 for _ in seen_exchanges(capture))


COSTS: dict[str, Callable[[Path], object]] = {
    "redact": lambda file: redact_file(file, file.with_name("out"), Redactor(b"k" * 32)),
    "redact --check": lambda file: list(findings_of(file, Redactor(b"k" * 32))),
    "check": _seen,
    "convert": lambda file: convert(file, file.with_name("out.capture"), Losses(), Redactor(b"k" * 32).exchange),
}


def _file(folder: Path, piece: str, times: int, *, capture: bool) -> Path:
    file = folder / "it.capture"
    if capture:
        with open_writer(file, HEADER) as writer:
            writer.append(recorded())
    with file.open("ab") as opened:
        opened.write("".join(piece % number if "%d" in piece else piece for number in range(times)).encode())
    return file


def _calls(work: Callable[[], object]) -> int:
    """Count the calls of Python functions that some work takes: the same at each run, whatever the machine does."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _cases() -> list[tuple[str, str, bool]]:
    """All verbs for a capture with such lines; what need not be a capture for files that are none, too."""
    captures = [(verb, piece, True) for verb in COSTS for piece in PIECES]
    return [*captures, *((verb, piece, False) for verb in ("redact", "redact --check") for piece in PIECES)]


@pytest.mark.parametrize(("verb", "piece", "capture"), _cases())
def test_calls_grow_with_the_file(tmp_path: Path, verb: str, piece: str, capture: bool) -> None:
    counted = []
    for times in (FEW, MANY):
        folder = tmp_path / str(times)
        folder.mkdir()
        file = _file(folder, PIECES[piece], times, capture=capture)
        counted.append(_calls(lambda file=file: COSTS[verb](file)))  # type: ignore[misc] # of lambdas
    assert counted[1] < counted[0] * MANY / FEW * 1.5


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("capture", [True, False])
def test_time_grows_with_the_file(tmp_path: Path, piece: str, capture: bool) -> None:
    """A long file of nothing else: the loops that no call can be counted in are those of regular expressions."""
    few = FEW if piece == "tokens" else MANY  # each is a secret, and what finds all of them is built anew for it
    ratios = []
    for attempt in range(3):
        took = []
        for times in (few, few * 8):
            folder = tmp_path / f"{attempt}-{times}"
            folder.mkdir()
            file = _file(folder, PIECES[piece], times, capture=capture)
            took.append(_seconds(lambda file=file: COSTS["redact"](file)))  # type: ignore[misc] # of lambdas
        ratios.append(took[1] / max(took[0], 0.005))
        if ratios[-1] < MOST_RATIO:
            return
    raise AssertionError(f"8 times the file took {ratios} times as long")
