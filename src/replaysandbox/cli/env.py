"""`env`: the environment that leads into a running sandbox."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from replaysandbox.cli.options import example


def in_sh(name: str, value: str) -> str:
    """Write a variable for a POSIX shell's `eval`."""
    return f"export {name}={shlex.quote(value)}"


def in_dotenv(name: str, value: str) -> str:
    """Write a variable for a `.env` file, as dotenv libraries and docker compose both read it."""
    if any(letter in value for letter in " #'\"$\\`"):
        return f"{name}='{value}'" if "'" not in value else f"{name}={json.dumps(value)}"
    return f"{name}={value}"


def in_github(name: str, value: str) -> str:
    """Write a variable for `$GITHUB_ENV`, in the form that any value fits into."""
    return f"{name}<<REPLAYSANDBOX\n{value}\nREPLAYSANDBOX"


def in_powershell(name: str, value: str) -> str:
    """Write a variable for PowerShell's `Invoke-Expression`."""
    quoted = value.replace("'", "''")
    return f"$Env:{name} = '{quoted}'"


FORMATS = {"sh": in_sh, "dotenv": in_dotenv, "github": in_github, "powershell": in_powershell}


def written(variables: Mapping[str, str], form: str) -> str:
    """Write variables in a format."""
    if form == "json":
        return json.dumps(dict(variables), indent=2)
    return "\n".join(FORMATS[form](name, value) for name, value in variables.items())


@click.command(
    epilog=example(
        'eval "$(replaysandbox env)"',
        'replaysandbox env --format github >> "$GITHUB_ENV"',
    )
)
@click.option("--format", "form", type=click.Choice([*FORMATS, "json"]), default="sh", help="How to write it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the sandbox with its proxy on this port.")
def command(form: str, port: int | None) -> None:
    """Print the environment that leads an app's calls into the running sandbox."""
    from replaysandbox.files.folders import runtime_folder
    from replaysandbox.files.running import all_running
    from replaysandbox.launch.environment import changed, environment
    from replaysandbox.launch.running import chosen, surroundings

    running = chosen(all_running(runtime_folder()), Path.cwd(), port)
    user = dict(os.environ)
    click.echo(written(changed(user, environment(user, surroundings(running, user))), form))
