"""`devices`: the fleet as a table, or one device's day drawn in the terminal."""

from __future__ import annotations

import json
import shutil
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import WORLD, example, settings_of, shared_options, tell
from replaysandbox.core.counted import many
from replaysandbox.core.device import FAMILIES

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings
    from replaysandbox.launch.device_source import DeviceSource

_WIDE = 112
"""Terminal columns from which on a character of a day is a quarter of an hour; below, half an hour. Ours."""


@click.command(
    epilog=example(
        "replaysandbox devices --at 2026-06-01T12:00:00Z",
        "replaysandbox devices --day device_… --scenario winter",
        "replaysandbox devices --export fleet.parquet --homes 1000 --at 2026-06-01 --until 2026-06-08",
    )
)
@shared_options(WORLD)
@click.option("--family", type=click.Choice(FAMILIES), help="Devices of this family only.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="How many to list at most. [50]")
@click.option("--day", metavar="ID", help="Draw this device's UTC day.")
@click.option("--export", "file", metavar="FILE", help="Write the readings of all homes to FILE: .parquet or .csv.")
@click.option("--until", metavar="INSTANT", help="With --export: end of the span. [a day after its start]")
@click.option("--step", metavar="LENGTH", default="15m", help="With --export: time between readings. [15m]")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the sandbox with its proxy on this port.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="text or json.")
def command(
    family: str | None,
    limit: int,
    day: str | None,
    file: str | None,
    until: str | None,
    step: str,
    port: int | None,
    form: str,
    **given: Any,
) -> None:
    """Show the devices, or draw one device's day.

    The devices of the running sandbox, if one runs; those of a world of their own when none does, or when an
    option (--scenario, --seed, --homes, …) says which world. --export always writes a world of its own, whose
    devices nobody has told what to do; without --at it begins with the present UTC day.
    """
    if file is not None:
        tell(_exported(settings_of(given), Path(file), family, until, step))
        return
    from replaysandbox.cli.device_lines import day_lines, table_lines

    source, whose, asking = _source(given, port)
    with asking:
        if day is not None:
            pace = timedelta(minutes=15 if shutil.get_terminal_size().columns >= _WIDE else 30)
            view = source.day(day, pace)
            lines = day_lines(view)
        else:
            view = source.page(family, limit)
            lines = table_lines(view)
    click.echo(json.dumps(view, indent=2) if form == "json" else "\n".join(lines))
    tell(whose)


def _exported(settings: Settings, file: Path, family: str | None, until: str | None, step: str) -> str:
    """Write the readings of a world of its own, and say what was written."""
    from replaysandbox.files.export import Span, export
    from replaysandbox.launch.device_source import midnight, span_of
    from replaysandbox.launch.loading import load_all
    from replaysandbox.launch.wall import wall_clock

    began = load_all(settings, wall_clock())
    loaded, start = began.loaded, settings.at or midnight(began.at)
    families = [family] if family else [each for each in FAMILIES if loaded.world.counts[each]]
    count = export(
        file, loaded.world, next(iter(loaded.packs.values()), None), Span(families, span_of(start, until, step))
    )
    return f"{file} holds {many(count, 'reading')} of {many(loaded.world.homes, 'home')}, seed {loaded.world.seed}"


def _source(given: dict[str, Any], port: int | None) -> tuple[DeviceSource, str, AbstractContextManager[None]]:
    """Choose whose devices to show, say so, and give what tells how asking them went wrong."""
    from replaysandbox.cli.steer import told
    from replaysandbox.files.folders import runtime_folder
    from replaysandbox.files.running import all_running
    from replaysandbox.launch.control_client import Control
    from replaysandbox.launch.device_source import RunningDevices
    from replaysandbox.launch.running import chosen

    settings = settings_of(given)
    running = all_running(runtime_folder())
    own_world = any(value for name, value in given.items() if name != "at")
    if port is None and (own_world or not running):
        return *_own(settings), nullcontext()
    sandbox = chosen(running, Path.cwd(), port)
    control = Control(sandbox.control_url, sandbox.control_token)
    return RunningDevices(control, settings.at), f"devices of the sandbox at {sandbox.proxy_url}", told(sandbox)


def _own(settings: Settings) -> tuple[DeviceSource, str]:
    from replaysandbox.launch.device_source import OwnDevices
    from replaysandbox.launch.engine import Engine
    from replaysandbox.launch.wall import wall_clock

    engine = Engine.load(settings, wall_clock())
    world = engine.loaded.world
    whose = f"devices of scenario {settings.scenario}, seed {world.seed}; no running sandbox was asked"
    return OwnDevices(engine.loaded, engine.sessions["default"].clock.at), whose
