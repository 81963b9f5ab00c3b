"""`pack list`, `pack check`, `pack new`: the packs there are, whether one is as it should be, another begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from replaysandbox.cli.options import example, settings_of, shared_options, terminal_width
from replaysandbox.cli.pack_new import command as new_pack
from replaysandbox.cli.table import table
from replaysandbox.core.counted import many
from replaysandbox.core.errors import SandboxError

_NAMED: Final = 4
"""Routes of one reason that are named. Ours."""


@click.group(epilog=example("replaysandbox pack list"))
def command() -> None:
    """Packs: all that imitates one API, as a folder of YAML and templates."""


command.add_command(new_pack)


@command.command("list", epilog=example("replaysandbox pack list --pack-dir ./my-packs"))
@shared_options(("pack_dir",))
def list_packs(**given: Any) -> int:
    """List the packs that `run` and `up` would load."""
    from replaysandbox.files.packs import pack_folders
    from replaysandbox.files.places import shown

    rows = [(name, *_told(folder), shown(folder)) for name, folder in pack_folders(settings_of(given).pack_dir).items()]
    click.echo("\n".join(table(("pack", "title", "hosts", "routes", "learnt", "folder"), rows, terminal_width())))
    broken = [str(row[0]) for row in rows if row[3] is None]
    if broken:
        click.echo(f"broken: {', '.join(broken)}; see: replaysandbox pack check DIR", err=True)
    return 2 if broken else 0


def _told(folder: Path) -> tuple[object, ...]:
    from replaysandbox.files.packs import read_pack

    try:
        pack = read_pack(folder)
    except SandboxError as error:
        return f"broken: {many(len(error.problems), 'problem')}", "", None, ""
    return pack.title, ", ".join(pack.hosts), len(pack.routes), pack.learnt_on


@command.command("check", epilog=example("replaysandbox pack check sandbox/packs/my-api"))
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check a pack's folder: its YAML, its templates, its contract. All problems are told at once.

    Then each route is rendered, for devices, homes, errors and writes, and each webhook: what a template cannot say
    is told with its line, and so are the routes that nothing got a success out of.
    """
    from replaysandbox.files.packs import read_pack
    from replaysandbox.files.places import shown
    from replaysandbox.launch.rehearsing import rehearse_pack

    pack = read_pack(folder)
    rehearsed = rehearse_pack(folder)
    contract = f"contract {pack.contract.file}" if pack.contract else "no contract"
    said = f"{many(len(pack.routes), 'route')}, {rehearsed.said or 'none'} rendered with success"
    has = f"{many(len(pack.templates), 'template')}, {contract}"
    fine = "fine: " if rehearsed.said else ""
    click.echo(f"{shown(folder)}: {fine}{said}, {has}{_not(rehearsed.silent)}")


def _not(silent: Mapping[str, str]) -> str:
    """Name what rendered nothing, by what came in its place."""
    by_reason: dict[str, list[str]] = {}
    for name, why in silent.items():
        by_reason.setdefault(why, []).append(name)
    told = [f"{_some_of(names)} ({why})" for why, names in by_reason.items()]
    return f"; not: {'; '.join(told)}" if told else ""


def _some_of(names: Sequence[str]) -> str:
    """Name the first few, and count the others."""
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
