"""`check` of captures: each exchange once, so that a capture of any length is checked in little memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from replaysandbox.check import make_checker
from replaysandbox.check_capture import CaptureCheck, owners
from replaysandbox.core.counted import many
from replaysandbox.core.finding import Finding, Place, Report
from replaysandbox.core.matching import compile_routes
from replaysandbox.files.captures import open_capture
from replaysandbox.files.packs import read_packs
from replaysandbox.files.seen import seen_exchanges
from replaysandbox.findings import verdicts

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings


def check_captures(settings: Settings, captures: list[Path], parts: list[str]) -> Report:
    """Hold recorded traffic to the contracts of the packs whose hosts it is with, and its readings to the laws.

    Args:
        settings: What the user asked for.
        captures: The files.
        parts: Words of `cli.check.PARTS`; fidelity says nothing of a capture.

    Raises:
        SandboxError: A file is no capture, or a pack is broken.
    """
    packs = {pack.name: pack for pack in read_packs(settings.pack, settings.pack_dir)}
    checkers = {name: make_checker(pack.contract) for name, pack in packs.items() if pack.contract}
    check = CaptureCheck(owners(packs), checkers, compile_routes(list(packs.values())))
    for path in captures:
        with open_capture(path) as capture:
            for seen, place, _ in seen_exchanges(capture, settings.limits.decoded_bytes):
                if "contract" in parts:
                    check.take(seen, place)
                if "laws" in parts:
                    check.take_readings(seen, place)
            for number, problem in capture.damaged.items():
                damaged = Place(problem.file, number + 2)
                check.gathered.add(Finding("damaged", "risky", "", path.name, problem.reason, first=damaged))
    touched = {pack for pack, _ in check.tried.exchanges}
    judged = {name: checker for name, checker in checkers.items() if name in touched}
    return Report(
        "check", check.gathered.sorted(), tuple(verdicts(check.tried, judged)), check.exchanges, tuple(_notes(check))
    )


def _notes(check: CaptureCheck) -> list[str]:
    notes = []
    for pack, readings in check.readings.items():
        notes.append(f"{pack}: {many(readings.held, 'reading')} held to the laws")
        if readings.silent:
            silent = ", ".join(f"{family}: {law}" for family, law in sorted(readings.silent))
            notes.append(f"{pack}: laws it does not tell enough for: {silent}")
    if check.foreign:
        notes.append(f"{many(check.foreign, 'exchange')} with hosts that no pack with a contract owns")
    if check.unknown:
        count = sum(check.unknown.values())
        some = ", ".join(sorted(check.unknown, key=lambda name: -check.unknown[name])[:10])
        notes.append(f"{many(count, 'exchange')} that no operation covers: {some}")
    return notes
