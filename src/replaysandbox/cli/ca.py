"""`ca path`, `ca trust`, `ca remove`: where our certificate authority is, and who trusts it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, tell
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError

if TYPE_CHECKING:
    from replaysandbox.launch.trust_stores import Root, Store

UNDONE = 1
"""Exit status when a store could not be changed, or the person said no."""


@click.group(epilog=example('curl --cacert "$(replaysandbox ca path)" …', "sudo replaysandbox ca trust --yes"))
def command() -> None:
    """Our certificate authority: made on this machine, for this user, at the first start."""


@command.command("path", epilog=example('curl --cacert "$(replaysandbox ca path)" …'))
def path() -> None:
    """Print where the certificate of our CA is (PEM), making the CA if there is none yet."""
    click.echo(_own_file())


def _own_file() -> Path:
    from replaysandbox.files.folders import ca_folder
    from replaysandbox.proxy.ca import open_authority

    return open_authority(ca_folder()).certificate_file


def _store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--yes", is_flag=True, help="Do it without asking."),
        click.option(
            "--ca-file",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE",
            help="The certificate [this installation's]; under sudo, name your own.",
        ),
        click.option("--only", type=click.Choice(["system", "browsers"]), help="One kind of store [both]."),
    ):
        function = option(function)
    return function


@command.command("trust", epilog=example("replaysandbox ca trust --only browsers", "sudo replaysandbox ca trust --yes"))
@_store_options
def trust(only: str | None, ca_file: Path | None, yes: bool) -> int:
    """Put our CA into the stores of the system and of the browsers found here.

    Needed only by what `run` and `env` cannot reach: browsers, GnuTLS wget, programs that read nothing but the
    system's store. Every command is shown, and carried out when you agree; `ca remove` undoes it.
    """
    return _change("trust", only, ca_file, yes)


@command.command("remove", epilog=example("sudo replaysandbox ca remove --yes"))
@_store_options
def remove(only: str | None, ca_file: Path | None, yes: bool) -> int:
    """Take our CA out of the stores it was put into."""
    return _change("remove", only, ca_file, yes)


def _change(verb: str, only: str | None, ca_file: Path | None, yes: bool) -> int:
    root = _root(ca_file or _own_file())
    stores = _stores(root, only)
    wanted, blocked = [], 0
    for store in stores:
        if store.blocked:
            tell(f"{store.title}: {store.blocked}")
            blocked += 1
        elif store.holds() == (verb == "trust"):
            tell(f"{store.title}: {'trusts it already' if verb == 'trust' else 'does not hold it'}")
        else:
            wanted.append(store)
    if not wanted:
        tell(f"ca {verb}: nothing to do")
        return UNDONE if blocked else 0
    if not _agreed(verb, wanted, yes):
        return UNDONE
    return _carried_out(verb, wanted, root, blocked)


def _root(file: Path) -> Root:
    from replaysandbox.launch.trust_stores import root_of

    try:
        return root_of(file.absolute())
    except (OSError, ValueError) as error:
        raise SandboxError(Problem(str(file), 0, "", f"holds no certificate: {error}")) from error


def _stores(root: Root, only: str | None) -> list[Store]:
    import shutil

    from replaysandbox.files.folders import own_place
    from replaysandbox.launch.trust_stores import browser_stores, system_stores

    system = system_stores(root, sys.platform, shutil.which) if only != "browsers" else []
    browsers = browser_stores(root, own_place(Path.home), shutil.which) if only != "system" else []
    return [*system, *browsers]


def _agreed(verb: str, stores: list[Store], yes: bool) -> bool:
    """Show every command, and have the person agree."""
    for store in stores:
        tell(f"{store.title}:")
        for words in _commands(store, verb):
            tell(f"    {shlex.join(words)}")
    if yes:
        return True
    if not sys.stdin.isatty():
        tell(f"ca {verb}: nothing was done: there is no terminal to ask on; --yes does it without asking")
        return False
    return click.confirm("Carry this out?", default=False, err=True)


def _ourselves() -> str:
    """Name us as root must, whose PATH has us not."""
    program = Path(sys.argv[0]).absolute()
    if program.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m replaysandbox"
    return shlex.quote(str(program))


def _commands(store: Store, verb: str) -> tuple[tuple[str, ...], ...]:
    return store.trust if verb == "trust" else store.remove


def _carried_out(verb: str, stores: list[Store], root: Root, failed: int) -> int:
    import os

    from replaysandbox.launch.trust_stores import carry_out

    done = 0
    for store in stores:
        if store.as_root and os.geteuid() != 0:
            tell(f"{store.title}: needs root, so it was left alone. Type:")
            tell(f"    sudo {_ourselves()} ca {verb} --only system --ca-file {shlex.quote(str(root.file))} --yes")
            failed += 1
            continue
        said = carry_out(_commands(store, verb))
        if said:
            tell(f"{store.title}: failed: {said}")
            failed += 1
        else:
            done += 1
    undo = "; to undo it: replaysandbox ca remove" if verb == "trust" and done else ""
    told = f"{many(done, 'store')}"
    end = f"{root.name} is trusted by {told}" if verb == "trust" else f"{root.name} was taken out of {told}"
    tell(f"ca {verb}: {end}{f', {failed} could not be changed' if failed else ''}{undo}")
    return UNDONE if failed else 0
