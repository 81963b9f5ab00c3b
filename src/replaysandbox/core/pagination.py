"""How an API cuts its lists into pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pagination:
    """How lists are cut, by the query parameters named.

    Attributes:
        style: `offset`: pass over so many, give so many. `page`: pages are numbered. `cursor`: an opaque text names a
            place in the list.
        limit: Parameter that says how many members to give.
        offset: Parameter that says how many to pass over (`offset`).
        page: Parameter that says which page (`page`).
        first: Number of the first page (`page`).
        after: Parameter that takes the cursor of the page before (`cursor`).
        before: Parameter that takes the cursor of the page after; empty for none (`cursor`).
    """

    style: Literal["offset", "page", "cursor"]
    limit: str
    offset: str = ""
    page: str = ""
    first: int = 1
    after: str = ""
    before: str = ""

    @property
    def words(self) -> dict[str, str]:
        """The parameters this style reads: its own word → the API's."""
        words = {
            "offset": ("offset", "limit"),
            "page": ("page", "limit"),
            "cursor": ("after", "before", "limit"),
        }[self.style]
        return {word: getattr(self, word) for word in words if getattr(self, word)}
