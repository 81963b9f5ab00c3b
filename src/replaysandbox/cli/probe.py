"""`probe`: the live API asked by ourselves, reading only, into a capture that `drift` reads."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, is_watched, settings_of, shared_options, tell
from replaysandbox.cli.record import ended
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.probing import Probed

_FREE_PORTS = {"port": 0, "control_port": 0}
_KEY = "Variable of the environment that holds the key, or access token, or OAuth's client:secret[:refresh token]."


@click.command(
    epilog=example(
        "replaysandbox probe amps --key-env AMPS_KEY -o tonight.capture && replaysandbox drift tonight.capture",
        "replaysandbox probe enode --key-env ENODE_CLIENT --max-calls 40 -o tonight.capture",
    )
)
@click.argument("pack", metavar="PACK")
@click.option("--key-env", metavar="NAME", required=True, help=_KEY)
@click.option("--max-calls", type=click.IntRange(1, 100_000), default=100, help="Most calls that are made. [100]")
@click.option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="Capture.")
@shared_options(("pack_dir", "live_host", "upstream", "upstream_ca"))
def command(pack: str, key_env: str, max_calls: int, file: Path, **given: Any) -> int:
    """Ask the live API of PACK (a name or a folder) all that can be read, and keep the answers, redacted, in FILE.

    Every GET route whose effect is to read, for a few ids of each family, which the API's own lists tell; no more often
    than the pack's `rate` says, and as Retry-After asks. The key comes from the environment and is written nowhere.
    Ends with 0 when the API answered; with 1 when it answered nothing as it should, or the capture is not complete.
    """
    key = os.environ.get(key_env, "").strip()
    if not key:
        raise click.UsageError(f"the environment variable {key_env} is not set, or empty; it holds the key for {pack}")
    folder = Path(pack).resolve()
    own = (folder,) if (folder / "pack.yaml").is_file() else ()
    settings = settings_of(given, _FREE_PORTS)
    settings = replace(settings, pack=(folder.name if own else pack,), pack_dir=(*own, *settings.pack_dir))
    return asyncio.run(_probe(settings, key, max_calls, file.absolute()))


async def _probe(settings: Settings, key: str, most: int, file: Path) -> int:
    from replaysandbox.cli.banner import leaving
    from replaysandbox.launch.probing import caller_of, preferring, probed
    from replaysandbox.launch.serve import serve
    from replaysandbox.launch.wall import wall_clock
    from replaysandbox.probing import Plan

    async with serve(settings, "probe", os.environ, Path.cwd(), tell, capture=file) as serving:
        tell(f"replaysandbox probe: {leaving(serving.running, serving.engine)}")
        loaded = serving.engine.loaded
        pack = preferring(loaded.packs[settings.pack[0]], settings.live_host)
        plan = Plan(loaded, pack, caller_of(pack, key), wall_clock())
        came = await probed(plan, serving.running.proxy_url, Path(serving.running.ca_file), most, _count_aloud)
    stopped = ended(serving, file, "see what moved: replaysandbox drift")
    for line in _lines(came):
        tell(line)
    return 1 if stopped or not came.answered else 0


def _count_aloud(count: int) -> None:
    if is_watched():
        click.echo(f"\r{many(count, 'call')} made ", err=True, nl=False)


def _lines(came: Probed) -> list[str]:
    told = ", ".join(f"{count} with {status or 'nothing'}" for status, count in sorted(came.statuses.items()))
    return [
        *(
            [f"not asked   {many(len(came.unasked), 'route')}, no id for them: {', '.join(came.unasked)}"]
            if came.unasked
            else []
        ),
        *([f"stopped     {came.stopped}"] if came.stopped else []),
        f"probed      {many(came.calls, 'call')}, answered {told or 'none'}",
    ]
