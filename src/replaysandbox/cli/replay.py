"""`replay`: calls are answered from a capture, word for word."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError

if TYPE_CHECKING:
    from replaysandbox.core.exchange import Request
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.replaying import Replaying, ReplayWish
    from replaysandbox.launch.serve import Serving
    from replaysandbox.shrink.bundle import Bundle

_FREE_PORTS = {"port": 0, "control_port": 0}
_EXPLAINED = "Say what would answer this call, without sending it; a body may follow the URL."
_MENDED = "Of a bundle: end with 0 when its bug is gone, 1 while it is there, 125 when that cannot be told."
_SEQUENCE = "What a call gets that was recorded n times and is made once more. [repeat-last]"


@click.command(
    epilog=example(
        "replaysandbox replay morning.capture -- python app.py",
        "replaysandbox replay morning.capture --shift-time --on-miss simulate",
        "replaysandbox replay morning.capture --explain 'GET https://api.amps.ai/battery?limit=2'",
        "replaysandbox replay morning.repro",
    ),
    context_settings={"allow_interspersed_args": True},
)
@shared_options(defaults=_FREE_PORTS)
@click.option("--match", type=click.Path(path_type=Path), metavar="FILE", help="Rules of matching (YAML).")
@click.option("--sequence", type=click.Choice(["repeat-last", "fail", "loop"]), default="repeat-last", help=_SEQUENCE)
@click.option("--latency", type=click.FloatRange(0, 1000), default=0.0, help="Recorded waits times this. [0]")
@click.option("--shift-time", is_flag=True, help="Move recorded instants, so that it happens now, or at --at.")
@click.option("--live-url", metavar="URL", default="", help="Live host that FILE stands for, where it names none.")
@click.option("--mended", is_flag=True, help=_MENDED)
@click.option("--explain", metavar="'METHOD URL'", help=_EXPLAINED)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def command(
    *,
    file: Path,
    command: tuple[str, ...],
    match: Path | None,
    sequence: str,
    latency: float,
    shift_time: bool,
    live_url: str,
    explain: str | None,
    mended: bool,
    **given: Any,
) -> int:
    """Answer from FILE, a capture, word for word.

    FILE may also be what `convert` reads (HAR, mitmproxy flows, VCR cassettes, WireMock, Hoverfly), or a bundle of
    `repro`, folder or .zip, which without COMMAND runs its own command, that which failed.
    Every host in FILE is imitated, and nothing leaves this machine. What FILE does not hold is a miss, told with
    the nearest exchange, part by part; with --on-miss simulate the packs answer it. With COMMAND it ends like
    `run`: with COMMAND's status, or 65 when that was 0 but there was a miss (--fail-on); without, it stays.
    """
    from replaysandbox.cli.replay_bundle import command_of, settings_for, wish_of
    from replaysandbox.files.repro_bundle import is_bundle, open_bundle
    from replaysandbox.launch.replaying import ReplayWish

    wish = ReplayWish(file.absolute(), match, sequence, latency, shift_time, live_url)  # type: ignore[arg-type]  # click checked
    if is_bundle(file):
        with open_bundle(file) as (folder, bundle):
            settings, wish = settings_for(given, bundle), wish_of(wish, folder, bundle, whole=mended)
            if explain is not None:
                return _explain(settings, wish, request_of(explain))
            command = command_of(bundle, command)
            return asyncio.run(_replay(settings, wish, command, bundle if mended else None))
    if mended:
        raise click.UsageError(f"--mended is for bundles of repro, and {file} is none")
    if explain is not None:
        return _explain(settings_of(given, _FREE_PORTS), wish, request_of(explain))
    return asyncio.run(_replay(settings_of(given, _FREE_PORTS if command else {}), wish, command))


async def _replay(settings: Settings, wish: ReplayWish, command: Sequence[str], to_judge: Bundle | None = None) -> int:
    from replaysandbox.cli.record import stay
    from replaysandbox.cli.replay_bundle import judged
    from replaysandbox.cli.run import FINDING, report
    from replaysandbox.cli.summary import summary
    from replaysandbox.launch.serve import serve
    from replaysandbox.launch.tally import tally

    async with serve(settings, "replay", os.environ, Path.cwd(), tell, replay=wish) as serving:
        _say_opened(serving.engine.replaying, settings, wish.file)
        if to_judge is not None:
            return await judged(serving, to_judge, command)
        if not command:  # beside a child's own output it would only disturb
            serving.engine.say = tell
        status = await (_around(serving, command) if command else stay(serving))
        total = tally(serving.engine)
    for line in ("", *summary(total)) if command else ():
        tell(line)
    report(settings, total, "replay", status if command else None)
    found = total.findings & set(settings.fail_on) if command else frozenset()
    return FINDING if status == 0 and found else status


async def _around(serving: Serving, command: Sequence[str]) -> int:
    from replaysandbox.launch.app import run_app

    return await run_app(serving, command, os.environ)


def _say_opened(replaying: Replaying | None, settings: Settings, file: Path) -> None:
    """Say what answers, and what was left out.

    Raises:
        SandboxError: Nothing can be answered.
    """
    if replaying is None:
        return
    for line in replaying.left_out:
        tell(line)
    if not replaying.count and settings.on_miss == "refuse":
        why = "; all that is in it was left out" if replaying.left_out else ""
        hint = "record some (replaysandbox record), or let the packs answer: --on-miss simulate"
        raise SandboxError(Problem(str(file), 0, "", f"holds no exchange that can be replayed{why}", hint))
    hosts = ", ".join(replaying.hosts) or "no host"
    tell(f"replaying   {many(replaying.count, 'exchange')} of {replaying.name} with {hosts}")


def _explain(settings: Settings, wish: ReplayWish, request: Request) -> int:
    from replaysandbox.launch.loading import load_all
    from replaysandbox.launch.replaying import replaying
    from replaysandbox.launch.wall import wall_clock

    begun = load_all(settings, wall_clock())
    packs = list(begun.loaded.packs.values())
    with replaying(wish, packs, settings.project, begun.at) as script:
        lines, status = explained(script, request)
    print("\n".join(lines))
    return status


def explained(script: Replaying, request: Request) -> tuple[list[str], int]:
    """Say what would answer a call: lines for people, and the exit status, 1 for a miss."""
    from replaysandbox.core.exchange import Reply
    from replaysandbox.core.ours import miss_text

    replayed = script.explain(request)
    if replayed.recorded is None:
        return [miss_text(request, replayed.near, f"No exchange of {script.name}")], 1
    recorded, outcome = replayed.recorded, replayed.outcome
    line = (replayed.number or 0) + 2
    lines = [f"{request.method} {request.url}", f"  answered by  line {line} of {script.name}, {recorded.request.url}"]
    lines.append(f"  recorded     {recorded.started.isoformat()}")
    if isinstance(outcome, Reply):
        lines.append(f"  answer       {outcome.status}, {many(len(outcome.body), 'byte')}")
        lines += [f"               {name}: {value}" for name, value in outcome.headers]
    if recorded.failure is not None:
        lines.append(f"  failure      {recorded.failure.kind} {recorded.failure.message}".rstrip())
    if recorded.redacted:
        lines.append(f"  redacted     {', '.join(recorded.redacted)}: matched by pseudonym or by presence")
    return lines, 0


def request_of(text: str) -> Request:
    """Read `METHOD URL [BODY]`.

    Raises:
        click.UsageError: It is none.
    """
    from replaysandbox.core.exchange import Request

    method, _, rest = text.strip().partition(" ")
    url, _, body = rest.strip().partition(" ")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:  # brackets without an address, a port that is none
        parts, port = urlsplit(""), 0
    host = parts.hostname
    if not re.fullmatch(r"[A-Za-z]+", method) or not host or parts.scheme not in ("http", "https"):
        raise click.UsageError(f"--explain takes a method and a URL such as 'GET https://api.amps.ai/x', not '{text}'")
    return Request(method.upper(), parts.scheme, host, port, parts.path or "/", parts.query, (), body.strip().encode())
