"""The shared options, from their table to click."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from replaysandbox.files.options import OPTIONS, Option

if TYPE_CHECKING:
    from replaysandbox.files.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

WORLD = ("pack", "pack_dir", "scenario", "seed", "homes", "at", "world_at", "zone")
"""Options that say which devices there are and when: all that verbs without a proxy need."""

ALL = tuple(option.name for option in OPTIONS)


def shared_options(
    names: tuple[str, ...] = ALL, defaults: Mapping[str, Any] | None = None
) -> Callable[[Command], Command]:
    """Give a command these shared options; their texts arrive under the option's name, unchecked.

    Checking is left to `load_settings`, so that a typo in a variable, one in the file and one on the command
    line are told together.
    """

    def decorate(command: Command) -> Command:
        for option in reversed([option for option in OPTIONS if option.name in names]):
            command = _click_option(option, (defaults or {}).get(option.name, option.default))(command)
        return command

    return decorate


def _click_option(option: Option, default: Any) -> Callable[[Command], Command]:
    shown = "" if option.many or option.secret or default is None else f" [{default}]"
    if not option.metavar:
        return click.option(option.flag, option.name, is_flag=True, flag_value="true", help=option.help)
    return click.option(
        option.flag,
        option.name,
        metavar=option.metavar,
        multiple=option.many,
        help=option.help + shown,
    )


def example(*lines: str) -> str:
    """Write the end of a command's help: lines to copy."""
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])


def terminal_width() -> int | None:
    """Tell how many columns the terminal has that is written to; None where it is a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None


def tell(line: str) -> None:
    """Say something to the person, beside the output; where nobody can hear it, what is going on goes on."""
    with suppress(OSError):  # a full disk, a pipe that was closed
        click.echo(line, err=True)


def is_watched() -> bool:
    """Tell whether a person looks on at what is told."""
    return sys.stderr is not None and sys.stderr.isatty()


def flags_of(given: Mapping[str, Any]) -> list[str]:
    """Write what the command line gave as options again, for a process of our own; secrets are left to variables."""
    return [
        f"{option.flag}={text}" if option.metavar else option.flag
        for option, texts in _given(given)
        for text in texts
        if not option.secret
    ]


def secrets_of(given: Mapping[str, Any]) -> dict[str, str]:
    """Write the secrets that the command line gave as variables: a command line is there for all to read."""
    return {option.variable: ",".join(texts) for option, texts in _given(given) if option.secret}


def _given(given: Mapping[str, Any]) -> Iterator[tuple[Option, tuple[str, ...]]]:
    for option in OPTIONS:
        value = given.get(option.name)
        if value is not None and value != ():
            yield option, value if isinstance(value, tuple) else (value,)


def settings_of(given: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Settings:
    """Merge what the command line gave with environment, project file and defaults.

    Raises:
        SandboxError: With every problem of every source at once.
    """
    from replaysandbox.files.settings import load_settings

    return load_settings(given, os.environ, Path.cwd(), defaults or {})
