"""How an API words an error that a fault asks for: its own answer where the pack has one, a plain one where not."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus

from replaysandbox.core.pack import ErrorAnswer, Pack

_RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Names that Python took over from RFC 9110 in 3.13 only: the same run gives the same bytes in 3.12 too."""


def worded(pack: Pack, status: int, *names: str) -> ErrorAnswer:
    """Find the pack's own answer: by one of some names, else by status, else by the status's name in HTTP.

    Args:
        pack: The pack.
        status: HTTP status. [1]
        names: Names of errors in the pack, the first that is there counts, whatever its status.

    Returns:
        An answer that needs no facts: where the pack's message has holes for them, a plain message stands instead.
    """
    named = next((pack.errors[name] for name in names if name in pack.errors), None)
    return plainly(named or _of_status(pack, status))


def _of_status(pack: Pack, status: int) -> ErrorAnswer:
    phrase = _phrase(status)
    slug = re.sub(r"\W+", "_", phrase.replace("'", "")).lower()
    same = [name for name, answer in pack.errors.items() if answer.status == status]
    if same:
        return pack.errors[slug if slug in same else same[0]]
    numbers = {isinstance(answer.code, int) for answer in pack.errors.values() if answer.code != ""} == {True}
    return ErrorAnswer(status, status if numbers else slug.upper(), f"{phrase}.")


def plainly(answer: ErrorAnswer) -> ErrorAnswer:
    """Put a plain message in the place of one with holes: a fault knows no facts to fill them with."""
    if "{" not in answer.message:
        return answer
    return replace(answer, message=f"{_phrase(answer.status)}, as a fault of the sandbox asks for.")


def _phrase(status: int) -> str:
    try:
        return _RENAMED.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
