"""Members of an API's plain collections (users, link sessions, subscriptions) as templates see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.entries import Record


@dataclass(frozen=True, slots=True)
class RecordView:
    """A member of a collection at an instant.

    Attributes:
        id: Its id.
        created: Instant of its first write since it was last deleted.
        updated: Instant of its last.
        arguments: What the path of that first write caught.
        body: Its JSON value.
    """

    id: str
    created: datetime
    updated: datetime
    arguments: Mapping[str, str]
    body: Any


def members_of(log: CommandLog, pack: str, at: datetime, collection: str) -> dict[str, RecordView]:
    """List the members of a collection at an instant, in the order of their first write: id → member."""
    found = {text: _view(versions, at) for text, versions in log.records.get((pack, collection), {}).items()}
    return {text: view for text, view in found.items() if view is not None}


def member_of(log: CommandLog, pack: str, at: datetime, collection: str, text: str) -> RecordView | None:
    """Find a member of a collection at an instant; None where there is none."""
    return _view(log.records.get((pack, collection), {}).get(text, ()), at)


def _view(versions: tuple[Record, ...], at: datetime) -> RecordView | None:
    first: Record | None = None
    last: Record | None = None
    for version in versions:
        if version.at <= at:
            first = None if version.body is None else first or version
            last = version
    if first is None or last is None:
        return None
    return RecordView(first.id, first.at, last.at, first.arguments, last.body)
