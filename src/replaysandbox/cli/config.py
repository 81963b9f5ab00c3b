"""`config show`: what holds, and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, terminal_width
from replaysandbox.cli.table import table
from replaysandbox.files.options import LIMITS, OPTIONS, Option

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings


@click.group(epilog=example("replaysandbox config show"))
def command() -> None:
    """The settings: command line over REPLAYSANDBOX_* over replaysandbox.yaml over defaults."""


@command.command("show", epilog=example("REPLAYSANDBOX_SEED=7 replaysandbox config show"))
@shared_options()
def show(**given: Any) -> None:
    """Show the settings in force and where each came from."""
    settings = settings_of(given)
    rows = [(option.name, shown(settings, option), settings.origins[option.name]) for option in (*OPTIONS, *LIMITS)]
    click.echo("\n".join(table(("setting", "value", "from"), rows, terminal_width())))
    click.echo(f"project: {settings.project or 'none (no replaysandbox.yaml and no sandbox/packs from here up)'}")


def shown(settings: Settings, option: Option) -> str:
    """Write a value for people; a secret only as set or not."""
    value = settings.value(option)
    if option.secret:
        return "not set" if value is None else "(set)"
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value) or "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
