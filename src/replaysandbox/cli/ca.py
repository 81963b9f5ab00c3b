"""`ca path`: where our certificate authority is."""

from __future__ import annotations

import click

from replaysandbox.cli.options import example


@click.group(epilog=example('curl --cacert "$(replaysandbox ca path)" …'))
def command() -> None:
    """Our certificate authority: made on this machine, for this user, at the first start."""


@command.command("path", epilog=example('curl --cacert "$(replaysandbox ca path)" …'))
def path() -> None:
    """Print where the certificate of our CA is (PEM), making the CA if there is none yet."""
    from replaysandbox.files.folders import ca_folder
    from replaysandbox.proxy.ca import open_authority

    click.echo(open_authority(ca_folder()).certificate_file)
