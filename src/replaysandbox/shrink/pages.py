"""What people and pytest read of a bundle: its README, its report, its test."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from replaysandbox.core.capture import Recorded
from replaysandbox.core.counted import many
from replaysandbox.shrink.bundle import CAPTURE, WHOLE, Bundle
from replaysandbox.shrink.removed import MOST, Removed, call_of

_LAST = 60
"""Lines of the output that the report shows. Ours."""


def name_of_test(folder: str) -> str:
    """Name a bundle's test: a word that Python takes, and that differs from other bundles'."""
    return "test_" + (re.sub(r"\W+", "_", folder.lower(), flags=re.ASCII).strip("_") or "repro")


def readme(bundle: Bundle, folder: str, removed: Removed) -> str:
    """Write the README: ten lines."""
    bug, made = bundle.bug, bundle.versions
    command = shlex.join(bundle.command)
    was, left = removed.exchanges
    world = bundle.world
    origin = "by a live API, or another tool's file"
    if world is not None:
        at = world.at.isoformat().replace("+00:00", "Z")
        origin = f"by a sandbox: `replaysandbox run --scenario {world.scenario} --seed {world.seed} --at {at} -- …`"
    place, first = shlex.quote(folder), f"- Fails in {bug.failed} of {many(bug.runs, 'run')}: `{command}`"
    versions = f"replaysandbox {made.replaysandbox}, Python {made.python}, {made.platform}"
    lines = (
        f"# Repro: {_plain(str(bug.fingerprint))}",
        "",
        f"{first}, with {many(left, 'exchange')} of {was:,} in `{CAPTURE}`.",
        f"- Needs: `pip install replaysandbox=={made.replaysandbox} pytest`, and the app with what it needs.",
        f"- See it: `replaysandbox replay {place}`, in the folder of the app (another command: `-- COMMAND`).",
        f"- Test: `pytest {place}` fails now, passes when it is mended; answers are those of `{WHOLE}`.",
        f"- Find the commit: `git bisect run replaysandbox replay --mended {place}`.",
        f"- Answered {origin}. Secrets and personal data are pseudonyms.",
        "- What was removed, and the output of a run: `report.md`.",
        f"- Made {bundle.made:%Y-%m-%d} from `{bundle.source}` by {versions}.",
    )
    return "\n".join(lines) + "\n"


def test_code(bundle: Bundle, name: str) -> str:
    """Write the test. It needs pytest and a `replaysandbox` on PATH, and nothing else."""
    return f'''"""Fails while the bug is there, and passes once it is mended.

Made by `replaysandbox repro`, version {bundle.versions.replaysandbox}. Needs pytest, and a replaysandbox on PATH.
Run it in the folder of the app. REPRO_COMMAND="python other.py" runs another command.
"""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

BUNDLE = Path(__file__).resolve().parent
COMMAND = {list(bundle.command)!r}
BUG = {str(bundle.bug.fingerprint)!r}


def {name}():
    sandbox = shutil.which("replaysandbox")
    assert sandbox, "there is no replaysandbox on PATH: pip install replaysandbox"
    command = shlex.split(os.environ.get("REPRO_COMMAND", "")) or COMMAND
    done = subprocess.run(
        [sandbox, "replay", "--mended", str(BUNDLE), "--", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, f"{{BUG}}\\n\\n{{done.stdout}}"
'''


def report(exchanges: Sequence[Recorded], removed: Removed, notes: Sequence[str], output: str) -> str:
    """Write the report of what was removed.

    Args:
        exchanges: Those that are left.
        removed: What is not.
        notes: What else is to be known: how many trials, whether it could be smaller still.
        output: What a failing run had written, secrets replaced.
    """
    (was, left), (had, has) = removed.exchanges, removed.size
    lines = [
        "# What was removed",
        "",
        f"{many(was, 'exchange')} → {left}; {had:,} bytes of answers → {has:,}.",
        "",
        *(f"    {note}" for note in notes),
        "",
        "## Left",
        "",
        *(f"- {_left(each)}" for each in exchanges),
        *_section("Exchanges removed", removed.calls),
        *_section("Lists made smaller", {_at(place): f"{a} → {b}" for place, (a, b) in removed.lists.items()}),
        *_section("Fields removed", {_at(place): count for place, count in removed.fields.items()}),
        *_section("Values made simpler", {_at(place): value for place, value in removed.values.items()}),
        "",
        "## Output of a failing run",
        "",
        *(f"    {line}" for line in output.splitlines()[-_LAST:]),
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, found: Mapping[str, object]) -> Iterator[str]:
    if not found:
        return
    yield from ("", f"## {title}", "")
    for what, told in list(found.items())[:MOST]:
        yield f"- `{what}`: {told}"
    if len(found) > MOST:
        yield f"- and {len(found) - MOST} more"


def _left(recorded: Recorded) -> str:
    answer = recorded.response.status if recorded.response else recorded.failure.kind if recorded.failure else ""
    return f"`{call_of(recorded)}` → {answer}"


def _at(place: tuple[str, str]) -> str:
    call, pointer = place
    return f"{call} {pointer}"


def _plain(text: str) -> str:
    return " ".join(text.split())
