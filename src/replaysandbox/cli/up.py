"""`up`: the sandbox, until somebody stops it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, flags_of, secrets_of, settings_of, shared_options, tell
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings


@click.command(
    epilog=example(
        "replaysandbox up --scenario winter",
        'replaysandbox up --detach && eval "$(replaysandbox env)"',
    )
)
@shared_options()
@click.option("--detach", is_flag=True, help="Go on in the background; `replaysandbox down` ends it.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: one line when ready."
)
@click.option("--with-parent", is_flag=True, help="End when standard input closes: for programs that start us.")
def command(detach: bool, form: str, with_parent: bool, **given: Any) -> int:
    """Start the sandbox and stay, until Ctrl-C or SIGTERM."""
    settings = settings_of(given)
    if detach:
        return _detached(flags_of(given), secrets_of(given), form)
    return asyncio.run(_stay(settings, form, with_parent))


async def _stay(settings: Settings, form: str, with_parent: bool) -> int:
    from replaysandbox.cli.banner import banner, ready_line
    from replaysandbox.cli.run import report
    from replaysandbox.launch.app import refuse_app_clock
    from replaysandbox.launch.serve import serve
    from replaysandbox.launch.tally import tally

    refuse_app_clock(settings)
    stop = asyncio.Event()
    with stopping(stop.set, with_parent):
        async with serve(settings, "up", os.environ, Path.cwd(), tell) as serving:
            lines = [ready_line(serving.running)] if form == "json" else banner(serving)
            print("\n".join(lines), flush=True)
            await stop.wait()
            count = sum(len(session.journal) for session in serving.engine.sessions.values())
            total = tally(serving.engine) if settings.report else None
        if total is not None:
            report(settings, total, "up")
        tell(f"replaysandbox stopped; {many(count, 'call')} answered")
    return 0


@contextmanager
def stopping(stop: Callable[[], None], with_parent: bool) -> Iterator[None]:
    """Stop on a signal and, where asked for, when standard input closes."""
    loop = asyncio.get_running_loop()
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it: a closed terminal ends nothing
        signals.append(signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, stop)
    if with_parent:
        _on_closed_input(loop, stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
        if with_parent:
            loop.remove_reader(sys.stdin)


def _on_closed_input(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin)
            stop()

    try:
        loop.add_reader(sys.stdin, read)
    except (PermissionError, ValueError, OSError) as error:
        message = "--with-parent needs a pipe or a terminal as standard input, whose other end its starter holds"
        raise click.UsageError(message) from error


def _detached(options: list[str], secrets: dict[str, str], form: str) -> int:
    from replaysandbox.cli.banner import detached_lines
    from replaysandbox.files.folders import runtime_folder
    from replaysandbox.files.running import drop_old_logs, log_of
    from replaysandbox.launch.background import NotStartedError, start

    folder = runtime_folder()
    drop_old_logs(folder)
    draft = folder / f"up-{os.getpid()}.draft"
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as said:
        try:
            ready = start(options, said, tied=False, secrets=secrets)[1]
        except NotStartedError as error:
            draft.unlink()
            tell(str(error))
            return error.status or 1
    log = draft.replace(log_of(folder, int(ready["proxy_url"].rpartition(":")[2])))
    lines = [json.dumps(ready)] if form == "json" else detached_lines(ready, log)
    print("\n".join(lines), flush=True)
    return 0
