"""Lists, cut and narrowed as a route's query says."""

from __future__ import annotations

from dataclasses import dataclass

from replaysandbox.operations.call import Call

UNPAGED = 50
"""Members of a list whose route names no limit. Ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page lies in its list."""

    offset: int
    limit: int
    total: int
    has_more: bool


def cut(call: Call) -> tuple[int, int]:
    """Tell how many members to pass over, and how many to give."""
    pages = call.pack.pagination
    offset = call.query.get(pages.offset) if pages else None
    limit = call.query.get(pages.limit) if pages else None
    return int(offset or 0), int(UNPAGED if limit is None else limit)


def selected(call: Call) -> dict[str, str]:
    """Tell what the query narrows the list by: `user`, `device`, … → value."""
    wanted = {each.selects: call.query[each.name] for each in call.route.parameters if each.selects}
    return {what: str(value) for what, value in wanted.items() if value is not None}
