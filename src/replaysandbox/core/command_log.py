"""What a session was told to do, in order. Frozen: an entry makes a new log from the old one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from replaysandbox.core.action import TERMINAL, Action, stage_at
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Cancelled, Entry, Link, Pushed, Record, Steer, Write

Account = tuple[str, DeviceRef]
"""A device as one API knows it: pack and device."""


@dataclass(frozen=True, slots=True)
class CommandLog:
    """Accepted commands, settings and the rest of one session.

    Each group is kept where a reading finds it at once, however many entries there are.

    Attributes:
        count: How many entries were ever numbered; numbers are never used twice.
        actions: Number → action, oldest first.
        by_device: Account → numbers of its actions, oldest first.
        open: Account → numbers of its actions that were not over at the last entry, oldest first.
        writes: Account → setting → its writes, oldest first.
        steers: Device → what was done to it by hand, oldest first.
        links: Account → when it was connected and disconnected, oldest first.
        records: Pack and collection → id → its versions, oldest first.
        bents: Device → its course, as `world/bent.py` works it out.
        latest: Instant of the last entry, or None while there is none.
        fresh: Entries that whoever keeps the log has not yet seen to.
    """

    count: int = 0
    actions: Mapping[int, Action] = field(default_factory=dict)
    by_device: Mapping[Account, tuple[int, ...]] = field(default_factory=dict)
    open: Mapping[Account, tuple[int, ...]] = field(default_factory=dict)
    writes: Mapping[Account, Mapping[str, tuple[Write, ...]]] = field(default_factory=dict)
    steers: Mapping[DeviceRef, tuple[Steer, ...]] = field(default_factory=dict)
    links: Mapping[Account, tuple[Link, ...]] = field(default_factory=dict)
    records: Mapping[tuple[str, str], Mapping[str, tuple[Record, ...]]] = field(default_factory=dict)
    bents: Mapping[DeviceRef, Any] = field(default_factory=dict)
    latest: datetime | None = None
    fresh: tuple[Entry, ...] = ()


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


def with_action(log: CommandLog, action: Action) -> CommandLog:
    """Add an action, numbered by the caller as `log.count + 1`."""
    account = (action.pack, action.device)
    still = tuple(n for n in log.open.get(account, ()) if stage_at(log.actions[n], action.created) not in TERMINAL)
    return replace(
        _with(log, Pushed(action), action.number),
        actions={**log.actions, action.number: action},
        by_device={**log.by_device, account: (*log.by_device.get(account, ()), action.number)},
        open={**log.open, account: (*still, action.number)},
    )


def with_cancelled(log: CommandLog, numbers: Iterable[int], at: datetime) -> CommandLog:
    """Mark actions as cancelled at an instant."""
    changed = {number: replace(log.actions[number], cancelled=at) for number in numbers}
    log = _with(log, Cancelled(at, tuple(changed)), log.count)
    return replace(log, actions={**log.actions, **changed})


def with_write(log: CommandLog, write: Write) -> CommandLog:
    """Add a setting, numbered by the caller as `log.count + 1`."""
    account = (write.pack, write.device)
    names = log.writes.get(account, {})
    written = {**names, write.name: (*names.get(write.name, ()), write)}
    return replace(_with(log, write, write.number), writes={**log.writes, account: written})


def with_steer(log: CommandLog, steer: Steer) -> CommandLog:
    """Add what was done to a device by hand, numbered by the caller as `log.count + 1`."""
    steers = {**log.steers, steer.device: (*log.steers.get(steer.device, ()), steer)}
    return replace(_with(log, steer, steer.number), steers=steers)


def with_link(log: CommandLog, link: Link) -> CommandLog:
    """Add a change of a device's account, numbered by the caller as `log.count + 1`."""
    account = (link.pack, link.device)
    return replace(_with(log, link, link.number), links={**log.links, account: (*log.links.get(account, ()), link)})


def with_record(log: CommandLog, record: Record) -> CommandLog:
    """Add a version of a collection's member, numbered by the caller as `log.count + 1`."""
    place = (record.pack, record.collection)
    members = log.records.get(place, {})
    changed = {**members, record.id: (*members.get(record.id, ()), record)}
    return replace(_with(log, record, record.number), records={**log.records, place: changed})


def _with(log: CommandLog, entry: Entry, number: int) -> CommandLog:
    return replace(log, count=max(log.count, number), latest=entry.at, fresh=(*log.fresh, entry))


def actions_at(log: CommandLog, pack: str, device: DeviceRef, at: datetime) -> Iterator[Action]:
    """List a device's actions that one API accepted by an instant, newest first."""
    for number in reversed(log.by_device.get((pack, device), ())):
        action = log.actions[number]
        if action.created <= at:
            yield action


def active_at(log: CommandLog, pack: str, device: DeviceRef, at: datetime) -> list[Action]:
    """List a device's actions in one API that are neither over nor cancelled, oldest first.

    Args:
        log: The log.
        pack: The API.
        device: The device.
        at: Instant, not before the log's last entry.
    """
    actions = (log.actions[number] for number in log.open.get((pack, device), ()))
    return [action for action in actions if stage_at(action, at) not in TERMINAL]


def settings_at(log: CommandLog, pack: str, device: DeviceRef, at: datetime) -> dict[str, float]:
    """Tell the settings written to a device in one API by an instant: API's word → value."""
    found = {name: _last(written, at) for name, written in log.writes.get((pack, device), {}).items()}
    return {name: write.value for name, write in found.items() if write is not None}


def reachable_at(log: CommandLog, device: DeviceRef, at: datetime) -> Steer | None:
    """Find the last word by an instant on whether a device is in reach: an `online` or `offline`, or None."""
    said = [steer for steer in log.steers.get(device, ()) if steer.does in ("online", "offline")]
    return _last(said, at)


def linked_at(log: CommandLog, pack: str, device: DeviceRef, at: datetime) -> bool:
    """Tell whether a device's account is connected in one API; all are until somebody disconnects them."""
    link = _last(log.links.get((pack, device), ()), at)
    return link is None or link.linked


def _last[D: _Dated](dated: tuple[D, ...] | list[D], at: datetime) -> D | None:
    """Take the last one by an instant."""
    place = bisect_right(dated, at, key=lambda each: each.at)
    return dated[place - 1] if place else None


def wound_back(log: CommandLog, at: datetime) -> CommandLog:
    """Drop what was accepted after an instant: a write in the past makes another future."""
    if log.latest is None or log.latest <= at:
        return log
    kept = {number: _uncancelled(action, at) for number, action in log.actions.items() if action.created <= at}
    by_device = {
        account: tuple(number for number in numbers if number in kept) for account, numbers in log.by_device.items()
    }
    return replace(
        log,
        actions=kept,
        by_device=by_device,
        open={
            account: tuple(number for number in numbers if stage_at(kept[number], at) not in TERMINAL)
            for account, numbers in by_device.items()
        },
        writes={
            account: {name: _by(each, at) for name, each in names.items()} for account, names in log.writes.items()
        },
        steers={device: _by(steers, at) for device, steers in log.steers.items()},
        links={account: _by(links, at) for account, links in log.links.items()},
        records={
            place: {each: versions for each, some in members.items() if (versions := _by(some, at))}
            for place, members in log.records.items()
        },
        latest=at,
    )


def _by[D: _Dated](dated: tuple[D, ...], at: datetime) -> tuple[D, ...]:
    return tuple(each for each in dated if each.at <= at)


def _uncancelled(action: Action, at: datetime) -> Action:
    late = action.cancelled is not None and action.cancelled > at
    return replace(action, cancelled=None) if late else action
