"""`fault`: deliberate failures of a running sandbox."""

from __future__ import annotations

import json
from typing import Any

import click

from replaysandbox.cli.options import example, tell
from replaysandbox.cli.steer import call, running_options
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError


@click.group(epilog=example("replaysandbox fault add status=503 'route=GET /battery/{id}' times=2"))
def command() -> None:
    """Add, list and clear deliberate failures; docs/faults.md lists what there is."""


@command.command(
    "add",
    epilog=example(
        "replaysandbox fault add status=503 'route=GET /battery/{id}' times=2",
        "replaysandbox fault add slow delay=2 probability=0.3",
        """replaysandbox fault add '{"route": "GET /battery/{id}", "status": 429, "retry_after_s": 30}'""",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="WORD…")
@running_options
def add(words: tuple[str, ...], port: int | None, session: str) -> None:
    """Add a fault: its name, and key=value for what it takes and what narrows it; or one JSON object."""
    rule = call(port, "POST", "/faults", _data(words), session=session)
    click.echo(_line(rule))


def _data(words: tuple[str, ...]) -> Any:
    """Read what a fault is given by: an object as the control API takes it, or words."""
    from replaysandbox.core.fault import BadFault
    from replaysandbox.faults.from_words import data_from_words

    if len(words) == 1 and words[0].lstrip().startswith("{"):
        try:
            return json.loads(words[0])
        except ValueError as error:
            raise SandboxError(Problem("fault", 0, words[0][:40], f"is no JSON: {error}")) from None
    data = data_from_words(words)
    if isinstance(data, BadFault):
        raise SandboxError(data.problems)
    return data


@command.command("list", epilog=example("replaysandbox fault list"))
@running_options
def list_(port: int | None, session: str) -> None:
    """List the faults in force, with how often each has hit."""
    rules = call(port, "GET", "/faults", session=session)["faults"]
    for rule in rules:
        click.echo(_line(rule))
    if not rules:
        tell("no faults")


@command.command("clear", epilog=example("replaysandbox fault clear", "replaysandbox fault clear fault-2"))
@click.argument("fault_id", required=False, metavar="[ID]")
@running_options
def clear(fault_id: str | None, port: int | None, session: str) -> None:
    """Take one fault out, or all."""
    cleared = call(port, "DELETE", "/faults", session=session, id=fault_id)["cleared"]
    click.echo(f"{cleared} cleared")


def _line(rule: dict[str, Any]) -> str:
    words = [f"{key}={value}" for key, value in rule.items() if key not in ("id", "fault", "hits")]
    return "  ".join([rule["id"], rule["fault"], *words, f"hit {many(rule['hits'], 'time')}"])
