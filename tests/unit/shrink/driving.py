"""Shrinking driven without a single process: what fails is a function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from replaysandbox.shrink.minimise import Kept, Shrinking
from replaysandbox.shrink.pieces import Piece, Pieces, exchange_of, piece_of
from tests.unit.files.recorded import recorded


def drive[Candidate, Result](
    steps: Shrinking[Candidate, Result],
    fails: Callable[[Candidate], bool],
    used: Callable[[Candidate], Candidate] = lambda candidate: candidate,
) -> tuple[Result, int]:
    """Answer what is proposed until it is done; gives the result and how many candidates were looked at."""
    tried = 0
    try:
        proposed: Iterator[Candidate] = next(steps)
        while True:
            kept = None
            for place, candidate in enumerate(proposed):
                tried += 1
                if fails(candidate):
                    kept = Kept(place, used(candidate))
                    break
            proposed = steps.send(kept)
    except StopIteration as done:
        return done.value, tried


def pieces(*bodies: Any) -> Pieces:
    """Make exchanges that were answered with these JSON values, one path each."""
    return tuple(
        piece_of(number, recorded(f"/{number}", json.dumps(body, indent=1).encode()))
        for number, body in enumerate(bodies)
    )


def bodies(now: Pieces) -> list[Any]:
    """Give what the exchanges that are left are answered with."""
    return [body(piece) for piece in now]


def body(piece: Piece) -> Any:
    response = exchange_of(piece).response
    assert response is not None
    assert isinstance(response.body, bytes)
    return json.loads(response.body) if response.body else None


def with_headers(piece: Piece, *headers: tuple[str, str]) -> Piece:
    """Give a piece whose answer has these header fields."""
    response = piece.recorded.response
    assert response is not None
    return piece_of(piece.number, replace(piece.recorded, response=replace(response, headers=headers)))
