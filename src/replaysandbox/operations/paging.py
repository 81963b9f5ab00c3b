"""Lists, cut and narrowed as a route's query and path say."""

from __future__ import annotations

from dataclasses import dataclass

from replaysandbox.core.ids import IdStyle, decode, encode
from replaysandbox.core.pack import Pack
from replaysandbox.operations.call import Call, Refusal

UNPAGED = 50
"""Members of a list whose route names no limit. Ours."""

_CURSOR = IdStyle("base62", "", 9)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a list is asked for: pass over `offset` members, give at most `limit`."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page lies in its list.

    Attributes:
        offset: Members before it.
        limit: Most members it has.
        total: Members of the whole list.
        has_more: Whether members come after it.
        after: Cursor that asks for the page after it, or None.
        before: Cursor that asks for the page before it, or None.
    """

    offset: int
    limit: int
    total: int
    has_more: bool
    after: str | None = None
    before: str | None = None

    @property
    def number(self) -> int:
        """Number of the page, from 1."""
        return self.offset // max(self.limit, 1) + 1

    @property
    def pages(self) -> int:
        """Number of pages of the list, at least 1."""
        return max(-(-self.total // max(self.limit, 1)), 1)


def cut(call: Call) -> Cut | Refusal:
    """Tell how many members to pass over, and how many to give."""
    pages = call.route.pagination or call.pack.pagination
    if pages is None:
        return Cut(0, UNPAGED)
    asked = {word: call.query.get(name) for word, name in pages.words.items()}
    limit = UNPAGED if asked["limit"] is None else int(asked["limit"])
    if pages.style == "page":
        number = pages.first if asked["page"] is None else int(asked["page"])
        return Cut(max(number - pages.first, 0) * limit, limit)
    if pages.style == "offset":
        return Cut(int(asked["offset"] or 0), limit)
    for word in ("after", "before"):
        text = asked.get(word)
        if text is not None:
            place = decode(_cursors(call.pack), "cursor", str(text))
            if place is None:
                facts = {"parameter": pages.words[word], "value": text, "reason": "is no cursor of this list"}
                return Refusal("bad_parameter", facts)
            return Cut(place, limit) if word == "after" else Cut(max(place - limit, 0), min(place, limit))
    return Cut(0, limit)


def page_of(call: Call, part: Cut, total: int, shown: int) -> Page:
    """Tell where a page lies.

    Args:
        call: The call.
        part: What was asked for.
        total: Members of the whole list.
        shown: Members of the page.
    """
    end = part.offset + shown
    pages = call.route.pagination or call.pack.pagination
    if pages is None or pages.style != "cursor":
        return Page(part.offset, part.limit, total, end < total)
    after = encode(_cursors(call.pack), "cursor", end) if end < total else None
    before = encode(_cursors(call.pack), "cursor", min(part.offset, total)) if part.offset else None
    return Page(part.offset, part.limit, total, end < total, after, before)


def _cursors(pack: Pack) -> IdStyle:
    return pack.ids.get("cursor", _CURSOR)


def selected(call: Call) -> dict[str, str]:
    """Tell what query and path narrow the list by: `user`, `device`, … → value."""
    wanted = {each.selects: call.query[each.name] for each in call.route.parameters if each.selects}
    found: dict[str, str] = {what: str(value) for what, value in wanted.items() if value is not None}
    return {**found, **{what: call.arguments[name] for what, name in call.route.selects.items()}}
