"""What a session is still to tell, and when: its log → the events that fall due, in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Literal, Protocol

from replaysandbox.core.command_log import Account, CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write
from replaysandbox.core.webhooks import EventKind

_flat = chain.from_iterable

_What = Literal["begin", "end", "cancel", "link", "change", "record"]


@dataclass(frozen=True, slots=True)
class _Due:
    """Something that may be told: the begin, end or cancellation of an action, a link, a change, a record.

    Attributes:
        at: Instant at which it falls due.
        number: Number of the action or entry.
        what: What it is.
        account: API and device of a link or a setting; the device alone (no API) of what a hand did.
        record: API, collection and id of a record.
    """

    at: datetime
    number: int
    what: _What
    account: Account | None = None
    record: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a session may still have to tell. Its size is that of what is to come, not of what has been.

    Attributes:
        waiting: By instant, then number.
        latest: Instant of the newest entry noted, or None.
        stale: Whether time went back in the log, so that all of it has to be looked at again.
    """

    waiting: tuple[_Due, ...] = ()
    latest: datetime | None = None
    stale: bool = False

    @property
    def next_at(self) -> datetime | None:
        """Instant of the next thing to be told, or None."""
        return self.waiting[0].at if self.waiting else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is to be told.

    Attributes:
        kind: What.
        at: Sandbox instant.
        number: Number of the action, or of the entry of the log.
        pack: API it happened in; empty where it happened to the device itself, and every API tells it.
        device: Device it happened to, or None where it is a record's.
        collection: Collection of the record, or empty.
        record: Id of the record, or empty.
    """

    kind: EventKind
    at: datetime
    number: int
    pack: str
    device: DeviceRef | None
    collection: str = ""
    record: str = ""


def agenda_of(log: CommandLog) -> Agenda:
    """Work out the agenda of a log from all of it, what was told before included."""
    dues = [due for entry in _entries(log) for due in _dues_of(entry)]
    return Agenda(tuple(sorted(dues, key=_order)), log.latest)


def noted(agenda: Agenda, entries: Iterable[Entry]) -> Agenda:
    """Take note of new entries of a log. One before the last means that later ones were dropped."""
    for entry in entries:
        back = agenda.latest is not None and entry.at < agenda.latest
        waiting = agenda.waiting
        for due in _dues_of(entry):
            place = bisect_right(waiting, _order(due), key=_order)
            waiting = (*waiting[:place], due, *waiting[place:])
        agenda = Agenda(waiting, entry.at, agenda.stale or back)
    return agenda


def _entries(log: CommandLog) -> Iterator[Entry]:
    actions = log.actions.values()
    yield from (Pushed(action) for action in actions)
    yield from (Cancelled(each.cancelled, (each.number,)) for each in actions if each.cancelled is not None)
    yield from _flat(log.links.values())
    yield from _flat(log.steers.values())
    yield from _flat(_flat(names.values() for names in log.writes.values()))
    yield from _flat(_flat(members.values() for members in log.records.values()))


def _dues_of(entry: Entry) -> Iterator[_Due]:
    match entry:
        case Pushed(action):
            yield _Due(action.begin, action.number, "begin")
            yield _Due(action.ended_at, action.number, "end")
        case Cancelled():
            for number in entry.actions:
                yield _Due(entry.at, number, "cancel")
        case Link():
            yield _Due(entry.at, entry.number, "link", (entry.pack, entry.device))
        case Steer():
            yield _Due(entry.at, entry.number, "change", ("", entry.device))
        case Write():
            yield _Due(entry.at, entry.number, "change", (entry.pack, entry.device))
        case Record():
            yield _Due(entry.at, entry.number, "record", record=(entry.pack, entry.collection, entry.id))


def _order(due: _Due) -> tuple[datetime, int]:
    return due.at, due.number


def due_by(agenda: Agenda, log: CommandLog, at: datetime) -> tuple[list[Event], Agenda]:
    """Take from an agenda what has happened by an instant.

    Args:
        agenda: The agenda.
        log: The log it is of, as it is now: what was cancelled or dropped meanwhile does not happen.
        at: Instant the session's clock has come to.

    Returns:
        The events, in order of instant, then number, and the rest of the agenda. After a way back in time events
        may come once more; their messages have the ids they had before.
    """
    if agenda.stale:
        agenda = agenda_of(log)
    place = bisect_right(agenda.waiting, at, key=lambda due: due.at)
    found = (_event(log, due) for due in agenda.waiting[:place])
    return [event for event in found if event is not None], replace(agenda, waiting=agenda.waiting[place:])


def _event(log: CommandLog, due: _Due) -> Event | None:
    if due.what == "link" and due.account is not None:
        return _link_event(log, due, *due.account)
    if due.what == "change" and due.account is not None:
        held = _holds(log, due.account, due.number)
        return Event("device_changed", due.at, due.number, "", due.account[1]) if held else None
    if due.record is not None:
        return _record_event(log, due, *due.record)
    return _action_event(log, due)


def _action_event(log: CommandLog, due: _Due) -> Event | None:
    """Tell the begin of an action (its device changes), its end, or its cancellation."""
    action = log.actions.get(due.number)
    if action is None or (due.what == "cancel") is not (action.cancelled is not None):
        return None
    if due.what == "cancel":
        return Event("action_cancelled", due.at, due.number, action.pack, action.device)
    if due.what == "begin":
        fails = action.failure is not None
        return None if fails else Event("device_changed", due.at, due.number, "", action.device)
    kind: EventKind = "action_failed" if action.failure else "action_completed"
    return Event(kind, due.at, due.number, action.pack, action.device)


def _holds(log: CommandLog, account: Account, number: int) -> bool:
    """Tell whether a steer or a setting is still in the log, and was not dropped by a way back in time."""
    pack, device = account
    if not pack:
        return _has(log.steers.get(device, ()), number)
    return any(_has(writes, number) for writes in log.writes.get(account, {}).values())


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


def _has(entries: Sequence[_Numbered], number: int) -> bool:
    """Tell whether an entry of that number is among some, which are in the order of their numbers."""
    place = bisect_left(entries, number, key=lambda entry: entry.number)
    return place < len(entries) and entries[place].number == number


def _record_event(log: CommandLog, due: _Due, pack: str, collection: str, text: str) -> Event | None:
    versions = log.records.get((pack, collection), {}).get(text, ())
    if not any(each.number == due.number and each.body is not None for each in versions):
        return None
    return Event("record_written", due.at, due.number, pack, None, collection, text)


def _link_event(log: CommandLog, due: _Due, pack: str, device: DeviceRef) -> Event | None:
    """Tell a change of a link; a first connection by hand is one, though all devices are linked from the start."""
    links = [link for link in log.links.get((pack, device), ()) if link.number <= due.number]
    if not links or links[-1].number != due.number:
        return None
    linked, before = links[-1].linked, links[-2].linked if len(links) > 1 else None
    if linked is before:
        return None
    kind: EventKind = "device_disconnected"
    if linked:
        kind = "device_connected" if before is None else "device_reconnected"
    return Event(kind, due.at, due.number, pack, device)
