"""`convert`: a file of exchanges in another format, redacted, and what that format could not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from replaysandbox.cli.options import example, shared_options, tell
from replaysandbox.cli.redact import redactor_of
from replaysandbox.core.counted import many


@click.command(
    epilog=example(
        "replaysandbox convert browser.har morning.capture",
        "replaysandbox convert morning.capture morning.flows",
        "replaysandbox convert wiremock/ stubs.capture --live-url https://api.example.com",
    ),
)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, exists=True))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--live-url", metavar="URL", default="", help="Live host that IN stands for, where it names none.")
@click.option("--keep-secrets", is_flag=True, help="Write secrets and personal data as they are.")
@shared_options(("pack", "pack_dir"))
def command(source: Path, target: Path, live_url: str, *, keep_secrets: bool, **given: Any) -> int:
    """Write the exchanges of IN to OUT, in the format OUT's name ends with.

    Read are captures, HAR 1.2, mitmproxy flows, VCR cassettes, WireMock mappings and Hoverfly simulations, known by
    what is in them; written are .capture or .jsonl, .har, .flows, .sh (curl commands) and .http. Secrets and
    personal data are replaced before anything is written. What OUT's format cannot hold is listed.
    """
    from replaysandbox.cli.redact_lines import count_lines
    from replaysandbox.files.foreign.losses import Losses
    from replaysandbox.launch.foreign import convert

    losses = Losses()
    redactor = None if keep_secrets else redactor_of(given, make_key=True)
    count = convert(source, target, losses, redactor.exchange if redactor else None, live_url)
    for line in losses.lines():
        tell(f"lost        {line}")
    for line in count_lines(redactor.counts) if redactor else ("redacted    nothing: --keep-secrets",):
        tell(line)
    tell(f"written     {target}, {many(count, 'exchange')}")
    return 0
