"""The last lines of `run`. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from replaysandbox.core.counted import many
from replaysandbox.core.finding import Finding
from replaysandbox.core.ours import near_lines
from replaysandbox.files.options import OPTIONS
from replaysandbox.files.settings import Settings
from replaysandbox.launch.tally import Tally

MOST_LINES = 5
"""Misses, hosts, violations or devices that are named; the others are counted. Ours."""

_NOT_AGAIN = frozenset(
    {"seed", "at", "world_at", "bind", "proxy_password", "webhook_secret", "port", "control_port", "report"}
)


def summary(tally: Tally) -> list[str]:
    """Tell what a run came to, one subject a line."""
    lines = [
        f"calls       {_calls(tally.calls)}",
        f"devices     {_devices(tally)}",
        *_misses(tally),
        *_refused(tally.refused),
        *_unreached(tally.unreached),
        *_violations(tally),
        f"left        {_left(tally.forwarded)}",
    ]
    for reason, times in tally.untaken.most_common(MOST_LINES):
        lines.append(f"webhooks    not taken by {reason}{_times(times)}")
    if tally.guesses:
        count = len(tally.guesses)
        lines.append(f"guesses     {many(count, 'answered field')} guessed in the contract (x-source: guess)")
    return lines


def again(settings: Settings, seed: int, started: datetime, command: Sequence[str], *, own_time: bool) -> list[str]:
    """Write the line that repeats a run; where it followed wall time, also how to repeat it to the byte.

    Args:
        settings: What it was run with.
        seed: The seed that held.
        started: Sandbox instant of its start.
        command: What was run.
        own_time: Whether option or scenario said when sandbox time starts.
    """
    chosen = [
        option.flag if value is True else f"{option.flag} {shlex.quote(_text(value))}"
        for option in OPTIONS
        if option.name not in _NOT_AGAIN and settings.value(option) != option.default
        for value in _values(settings.value(option), option.name)
    ]
    hour = settings.world_at or started.strftime("%H:%M")
    instant = f"--at {started.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"
    rest = [f"--seed {seed}", *chosen, "--", shlex.join(command)]
    if own_time:
        world = [f"--world-at {settings.world_at}"] if settings.world_at else []
        return [" ".join(["again: replaysandbox run", instant, *world, *rest])]
    return [
        " ".join(["again: replaysandbox run", f"--world-at {hour}", *rest]),
        f"       ({instant} in place of --world-at gives the same bytes)",
    ]


def _values(value: object, name: str) -> Iterable[object]:
    if name == "fail_on" and value == ():
        return ("none",)
    return value if isinstance(value, tuple) else (value,)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _calls(calls: Counter[tuple[str, str]]) -> str:
    if not calls:
        return "none: the command made no call through the sandbox"
    packs = sorted({pack for pack, _ in calls}, key=lambda pack: (not pack, pack))
    parts = []
    for pack in packs:
        verdicts = sorted((verdict, count) for (each, verdict), count in calls.items() if each == pack)
        parts.append(f"{pack or 'other hosts'} " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts))
    return f"{sum(calls.values())}: " + "; ".join(parts)


def _devices(tally: Tally) -> str:
    if not tally.devices:
        read = [f"{route}{_times(count)}" for route, count in tally.read.most_common()]
        return f"none by its own id; read: {_some(read)}" if read else "none touched"
    return f"{len(tally.devices)}: {_some(sorted(tally.devices))}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_LINES} more" if len(names) > MOST_LINES else ""
    return f"{', '.join(names[:MOST_LINES])}{more}"


def _misses(tally: Tally) -> list[str]:
    if not tally.missed:
        return ["misses      none"]
    lines = []
    for call, count in tally.missed.most_common(MOST_LINES):
        if call in tally.failed:
            lines += [f"failed      {call}{_times(count)}", f"              {tally.failed[call]}"]
            continue
        lines.append(f"miss        {call}{_times(count)}")
        lines += [f"              {each}" for each in near_lines(tally.near.get(call, ()))]
    return lines + _more(len(tally.missed), "misses")


def _refused(refused: Counter[str]) -> list[str]:
    lines = [
        f"refused     {host}{_times(count)}; to let it through: --pass {host}"
        for host, count in refused.most_common(MOST_LINES)
    ]
    return lines + _more(len(refused), "refused hosts")


def _unreached(unreached: Counter[tuple[str, str]]) -> list[str]:
    lines = [
        f"unreached   {host}{_times(count)}: {reason}" for (host, reason), count in unreached.most_common(MOST_LINES)
    ]
    return lines + _more(len(unreached), "hosts that were not reached")


def _violations(tally: Tally) -> list[str]:
    if not tally.broken:
        return [f"violations  none in {many(tally.checked, 'exchange')} held to the contract"]
    lines = [f"{_label(each)}{_broken(each)}{_times(each.count)}" for each in tally.broken[:MOST_LINES]]
    return lines + _more(len(tally.broken), "violations")


def _label(finding: Finding) -> str:
    return "law         " if finding.rule == "law" else "violation   "


def _broken(finding: Finding) -> str:
    """Say what is broken, and whose: a request is the app's, an answer the sandbox's."""
    place = " ".join(filter(None, (finding.operation, str(finding.status or ""), finding.pointer)))
    return f"{'request ' if finding.rule == 'request' else ''}{place}: {finding.reason}"


def _left(forwarded: Counter[str]) -> str:
    count = sum(forwarded.values())
    hosts = ", ".join(f"{host}{_times(times)}" for host, times in forwarded.most_common(MOST_LINES))
    return f"{many(count, 'call')} left this machine" + (f": {hosts}" if hosts else "")


def _times(count: int) -> str:
    return f" ({many(count, 'time')})" if count > 1 else ""


def _more(count: int, what: str) -> list[str]:
    return [f"              and {count - MOST_LINES} more {what}"] if count > MOST_LINES else []
