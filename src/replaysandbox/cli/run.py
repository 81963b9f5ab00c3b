"""`run`: COMMAND with all its HTTP(S) going through the sandbox."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.core.session import DEFAULT

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.tally import Tally

FINDING = 65
"""Exit status of a command that ended well, but not the calls it made. Source: sysexits.h, EX_DATAERR."""

_FREE_PORTS = {"port": 0, "control_port": 0}
_TEST_KEY = re.compile(r"(sk_test_\w+)")


@click.command(
    epilog=example(
        'replaysandbox run -- curl -s https://api.amps.ai/battery -H "x-api-key: sk_test_demo"',
        "replaysandbox run --world-at 03:12 --scenario winter -- pytest",
    ),
    context_settings={"allow_interspersed_args": False},
)
@shared_options(defaults=_FREE_PORTS)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
def command(command: tuple[str, ...], **given: Any) -> int:
    """Run COMMAND with all its HTTP(S) going through the sandbox.

    Its environment leads its calls here; nothing in it has to change. Ends with COMMAND's own status; with 65
    when that was 0 but there is a finding (--fail-on); 125 when the sandbox cannot start; 126 or 127 when
    COMMAND cannot be run; 128+n when signal n ended it.
    """
    return asyncio.run(_run(settings_of(given, _FREE_PORTS), command))


async def _run(settings: Settings, command: Sequence[str]) -> int:
    from replaysandbox.cli.summary import again, summary
    from replaysandbox.launch.app import run_app
    from replaysandbox.launch.serve import serve
    from replaysandbox.launch.tally import tally

    user = dict(os.environ)
    async with serve(settings, "run", user, Path.cwd(), tell) as serving:
        started = serving.engine.sessions[DEFAULT].clock.at
        status = await run_app(serving, command, user)
        total = tally(serving.engine, [each.message for each in serving.notifier.outbox])
        total.forwarded.update(serving.notifier.left())
        total.untaken.update(serving.notifier.untaken())
    world = serving.engine.loaded.world
    own_time = bool(settings.at or world.scenario.clock.at)
    repeat = again(settings, world.seed, started, _shown(command), own_time=own_time)
    # The empty line comes first because many a command ends without a line's end.
    for line in ("", *summary(total), *repeat):
        tell(line)
    report(settings, total, "run", status)
    found = total.findings & set(settings.fail_on)
    return FINDING if status == 0 and found else status


def _shown(command: Sequence[str]) -> Sequence[str]:
    """Take secrets out of a command that is told again: it may stand in a log of CI. Test keys are none."""
    from replaysandbox.launch.bundling import covered_by, covered_words

    covered = covered_by(())

    def around_test_keys(text: str) -> str:
        return "".join(part if part.startswith("sk_test_") else covered(part) for part in _TEST_KEY.split(text))

    return covered_words(command, around_test_keys)


def report(settings: Settings, total: Tally, verb: str, status: int | None = None) -> None:
    """Write the reports that were asked for; `status` is the command's own, None where there was none."""
    from replaysandbox.files.reports import report_targets, write_reports

    whole = total.report(verb, settings.fail_on, status)
    write_reports(report_targets(settings.report), whole, "breaking")
