"""`redact`: a file redacted, or looked through for what it still holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replaysandbox.cli.options import example, settings_of, shared_options, tell
from replaysandbox.core.counted import many

if TYPE_CHECKING:
    from replaysandbox.redact.redactor import Redactor


@click.command(
    epilog=example("replaysandbox redact old.har -o shared.har", "replaysandbox redact --check morning.capture"),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Say what it still holds; 1 when there is something.")
@click.option("-o", "target", metavar="FILE", type=click.Path(path_type=Path), help="Where to write. [FILE.redacted]")
@shared_options(("pack", "pack_dir"))
def command(file: Path, only_check: bool, target: Path | None, **given: Any) -> int:
    """Redact FILE, or say what secrets it still holds.

    FILE is a capture, JSON or HAR, or any text; it stays as it is. Values become pseudonyms of the same form:
    the same for the same value in all files of a project. What is a pseudonym already is left alone.
    """
    redactor = redactor_of(given, make_key=not only_check)
    if only_check:
        return _check(file, redactor)
    from replaysandbox.cli.redact_lines import count_lines
    from replaysandbox.files.redacting import redact_file

    written = target or file.with_name(f"{file.name}.redacted")
    redacted = redact_file(file, written, redactor)
    for line in redacted.left_out:
        tell(line)
    for line in count_lines(redactor.counts):
        tell(line)
    tell(f"written     {written}" + (f", {many(redacted.exchanges, 'exchange')}" if redacted.exchanges else ""))
    return 0


def _check(file: Path, redactor: Redactor) -> int:
    from replaysandbox.cli.redact_lines import Finding, finding_lines
    from replaysandbox.files.redacting import findings_of

    found = [
        Finding(where, place, rule, count)
        for where, hits in findings_of(file, redactor)
        for (rule, place), count in sorted(hits.items())
    ]
    click.echo("\n".join(finding_lines(found)), nl=bool(found))
    secrets = sum(each.count for each in found)
    tell(f"{file}: {secrets} to redact: replaysandbox redact {file}" if found else f"{file}: no secret was found")
    return 1 if found else 0


def redactor_of(given: dict[str, Any], *, make_key: bool) -> Redactor:
    """Make what redacts, by the rules of all packs; to look only, any key will do."""
    from replaysandbox.files.packs import read_packs
    from replaysandbox.files.redaction_key import redaction_key
    from replaysandbox.redact.redactor import Redactor
    from replaysandbox.redact.rules import rules_of

    settings = settings_of(given)
    key = redaction_key(settings.project) if make_key else os.urandom(32)
    rules = rules_of(read_packs(settings.pack, settings.pack_dir))
    return Redactor(key, rules, settings.limits.decoded_bytes)
