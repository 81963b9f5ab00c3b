"""`record`: calls pass through to the live API, and are kept in a capture, redacted."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, is_watched, settings_of, shared_options, tell
from replaysandbox.cli.run import FINDING, report
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.engine import Engine
    from replaysandbox.launch.serve import Serving

_FREE_PORTS = {"port": 0, "control_port": 0}
_MOST_LINES = 5
"""Options that are named which would have let calls out. Ours."""


@click.command(
    epilog=example(
        "replaysandbox record morning.capture -- python app.py",
        "replaysandbox record all.capture --live-host metering.example --allow-writes 'POST /battery/{id}' -- npm test",
    ),
    context_settings={"allow_interspersed_args": True},
)
@shared_options(defaults=_FREE_PORTS)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: one line when ready."
)
@click.option("--with-parent", is_flag=True, help="End when standard input closes: for programs that start us.")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def command(file: Path, command: tuple[str, ...], form: str, with_parent: bool, **given: Any) -> int:
    """Pass calls through to the live API and keep them, redacted, in FILE.

    Reached are the hosts of the loaded packs and those that --live-host names. Reading calls and logins pass;
    a write that may reach a device passes only where --allow-writes names it. Secrets and personal data are
    replaced before anything is written. With COMMAND it ends with COMMAND's status, or with 65 when that was 0
    but recording had to stop; without, it stays until Ctrl-C.
    """
    settings = settings_of(given, _FREE_PORTS if command else {})
    return asyncio.run(_record(settings, file.absolute(), command, form, with_parent))


async def _record(settings: Settings, file: Path, command: Sequence[str], form: str, with_parent: bool) -> int:
    from replaysandbox.launch.serve import serve
    from replaysandbox.launch.tally import tally

    async with serve(settings, "record", os.environ, Path.cwd(), tell, capture=file) as serving:
        _count_aloud(serving, file)
        status = await (around(serving, "record", command) if command else stay(serving, form, with_parent))
    stopped = ended(serving, file, "replay them: replaysandbox replay")
    if settings.report:
        report(settings, tally(serving.engine), "record", status if command else None)
    return FINDING if status == 0 and stopped else status


async def around(serving: Serving, verb: str, command: Sequence[str]) -> int:
    """Say what may leave the machine, and run the command with its calls going through the sandbox."""
    from replaysandbox.cli.banner import leaving
    from replaysandbox.launch.app import run_app

    tell(f"replaysandbox {verb}: {leaving(serving.running, serving.engine)}")
    return await run_app(serving, command, os.environ)


async def stay(serving: Serving, form: str = "text", with_parent: bool = False) -> int:
    """Print what there is, and stay until somebody stops us."""
    from replaysandbox.cli.banner import banner, ready_line
    from replaysandbox.cli.up import stopping
    from replaysandbox.launch.app import refuse_app_clock

    refuse_app_clock(serving.engine.settings)
    stop = asyncio.Event()
    with stopping(stop.set, with_parent):
        lines = [ready_line(serving.running)] if form == "json" else banner(serving)
        print("\n".join(lines), flush=True)
        await stop.wait()
    return 0


def _count_aloud(serving: Serving, file: Path) -> None:
    """Show a live count, where a person looks on."""
    recording = serving.recording
    if recording is not None and is_watched():
        recording.told = lambda count: click.echo(f"\r{count} recorded in {file} ", err=True, nl=False)


def ended(serving: Serving, file: Path, further: str) -> bool:
    """Tell what was recorded, and what was replaced, by rule and count.

    Args:
        serving: What recorded.
        file: The capture.
        further: What can be done with it; the file is put behind.

    Returns:
        Whether recording had to stop before the end.
    """
    from replaysandbox.cli.redact_lines import count_lines

    recording = serving.recording
    if recording is None:
        return False
    tell("")
    for line in count_lines(recording.redactor.counts):
        tell(line)
    for option, count in _held_back(serving.engine).most_common(_MOST_LINES):
        tell(f"refused     {many(count, 'call')}; to let such calls out: {option}")
    tell(f"recorded    {many(recording.count, 'exchange')} in {file}; {further} {file}")
    if recording.stopped:
        tell(f"stopped     {file} is not complete: {recording.stopped}")
    return bool(recording.stopped)


def _held_back(engine: Engine) -> Counter[str]:
    """Count the calls that were not let out to a live host, by the option that would let them."""
    from replaysandbox.core.exchange import Reply

    counts = Counter[str]()
    for session in engine.sessions.values():
        for exchange in session.journal:
            outcome = exchange.outcome
            if outcome.verdict == "refused" and isinstance(outcome, Reply):
                counts[json.loads(outcome.body)["sandbox"].get("allow", "")] += 1
    del counts[""]
    return counts
