"""All formats that exchanges are read from and written to, in one table; any of them opened as a capture."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from replaysandbox.core.capture import CaptureHeader, Recorded
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.bodies import DamagedBodyError
from replaysandbox.files.capture_writer import open_new
from replaysandbox.files.captures import Capture, open_capture
from replaysandbox.files.foreign.curl import write_curl
from replaysandbox.files.foreign.har_in import read_har
from replaysandbox.files.foreign.har_out import write_har
from replaysandbox.files.foreign.hoverfly import read_hoverfly
from replaysandbox.files.foreign.http_file import write_http
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.sniff import sniffed
from replaysandbox.files.foreign.vcr import read_vcr
from replaysandbox.files.foreign.wiremock import read_wiremock
from replaysandbox.files.line_file import unwritable
from replaysandbox.files.whole import drafted
from replaysandbox.redact.rules import VERSION

Redact = Callable[[Recorded], Recorded]
"""Takes secrets out of an exchange whose bodies are at hand."""

Reader = Callable[[Path, Losses, str], Iterator[Recorded]]
"""(file, losses, URL of the live host that it does not name) → its exchanges, bodies at hand."""

Writer = Callable[[BinaryIO, Iterable[Recorded], Losses], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: In the table.
        title: As people know it.
        suffixes: Ends of the names of its files.
        read: Reads it, or None.
        write: Writes it, or None; a capture is written by its own writer.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None


def _read_capture(path: Path, losses: Losses, _live_url: str) -> Iterator[Recorded]:
    with open_capture(path) as capture:
        for number, recorded in capture.numbered():
            losses.exchange = number + 1
            try:
                yield capture.whole(recorded)
            except DamagedBodyError:
                losses.note("an exchange whose body's file is missing or damaged: left out")
        for number in capture.damaged:
            losses.exchange = number + 1
            losses.note("a damaged line: left out")


def _read_flows(path: Path, losses: Losses, live_url: str) -> Iterator[Recorded]:
    from replaysandbox.proxy.flows import read_flows  # half a second, for those who have flows

    return read_flows(path, losses, live_url)


def _write_flows(file: BinaryIO, exchanges: Iterable[Recorded], losses: Losses) -> None:
    from replaysandbox.proxy.flows import write_flows

    write_flows(file, exchanges, losses)


FORMATS = (
    Format("capture", "capture", (".capture", ".jsonl"), _read_capture),
    Format("har", "HAR 1.2", (".har",), read_har, write_har),
    Format("flows", "mitmproxy flows", (".flows", ".flow", ".mitm"), _read_flows, _write_flows),
    Format("vcr", "VCR cassette", (".yaml", ".yml"), read_vcr),
    Format("wiremock", "WireMock mappings", (), read_wiremock),
    Format("hoverfly", "Hoverfly simulation", (), read_hoverfly),
    Format("curl", "curl commands", (".sh", ".curl"), None, write_curl),
    Format("http", "HTTP requests for editors", (".http", ".rest"), None, write_http),
)
"""Each format: one module, one line here."""


def format_of(path: Path) -> Format:
    """Find the format a file is in: by what is in it, or else by its name.

    Raises:
        SandboxError: It cannot be read, or is in none that we read.
    """
    name = sniffed(path)
    found = next((each for each in FORMATS if (each.name == name if name else _named(path, each))), None)
    if found is None or found.read is None:
        known = "; ".join(f"{each.title} ({', '.join(each.suffixes) or '.json'})" for each in FORMATS if each.read)
        raise SandboxError(
            Problem(str(path), 0, "", "holds no exchanges in a format that is known", f"read are: {known}")
        )
    return found


def _format_named(path: Path) -> Format:
    found = next((each for each in FORMATS if _named(path, each)), None)
    if found is None or (found.write is None and found.name != "capture"):
        written = [each for each in FORMATS if each.write is not None or each.name == "capture"]
        known = "; ".join(f"{', '.join(each.suffixes)} ({each.title})" for each in written)
        reason = f"{found.title if found else 'a name like this'} is not written"
        raise SandboxError(Problem(str(path), 0, "", reason, f"end the name with one of: {known}"))
    return found


def _named(path: Path, each: Format) -> bool:
    return path.suffix.lower() in each.suffixes


def convert(source: Path, target: Path, losses: Losses, redact: Redact | None, live_url: str = "") -> int:
    """Write the exchanges of a file in another format. The target comes into being whole or not at all.

    Args:
        source: A file in any format that is read; it stays.
        target: The new file; its name says the format.
        losses: Takes what the format cannot hold.
        redact: Takes secrets out before anything is written; None: they are kept. Captures that are redacted
            already are left as they are.
        live_url: `https://HOST` for formats that name none.

    Returns:
        How many exchanges were written.

    Raises:
        SandboxError: The source cannot be read, the target cannot be written, or is there already.
    """
    wanted = _format_named(target)
    given = format_of(source)
    if target.exists():
        raise SandboxError(Problem(str(target), 0, "", "is there already", "name another file, or take it away"))
    head, redact = _head(source, given, redact)
    exchanges = _redacted(_readable(given)(source, losses, live_url), redact)
    if wanted.write is None:
        return _write_capture(target, head, exchanges)
    return _write(target, wanted.write, exchanges, losses)


@contextmanager
def open_any(source: Path, losses: Losses, redact: Redact | None, live_url: str = "") -> Iterator[Capture]:
    """Open a file in any format that is read as a capture; a foreign one is converted, and gone when the block ends.

    Raises:
        SandboxError: It cannot be read.
    """
    given = format_of(source)
    if given.name == "capture":
        with open_capture(source) as capture:
            yield capture
        return
    with tempfile.TemporaryDirectory(prefix="replaysandbox-") as folder:  # mode 0700
        path = Path(folder) / f"{source.name}.capture"
        head, redact = _head(source, given, redact)
        _write_capture(path, head, _redacted(_readable(given)(source, losses, live_url), redact))
        with open_capture(path) as capture:
            yield capture


def _readable(given: Format) -> Reader:
    assert given.read is not None  # noqa: S101 - format_of gives no others
    return given.read


def _head(source: Path, given: Format, redact: Redact | None) -> tuple[CaptureHeader, Redact | None]:
    """Make the header that a capture of it has, and find what redacts it: nothing where that was done before."""
    version = VERSION if redact else ""
    if given.name != "capture":
        return CaptureHeader(datetime.fromtimestamp(source.stat().st_mtime, UTC), redaction=version), redact
    with open_capture(source) as capture:
        head = capture.header
    if head.redaction:
        return head, None
    return replace(head, redaction=version), redact


def _redacted(exchanges: Iterator[Recorded], redact: Redact | None) -> Iterator[Recorded]:
    return exchanges if redact is None else map(redact, exchanges)


def _write_capture(target: Path, head: CaptureHeader, exchanges: Iterator[Recorded]) -> int:
    with open_new(target, head) as writer:
        for recorded in exchanges:
            writer.append(recorded)
        return writer.count


def _write(target: Path, write: Writer, exchanges: Iterator[Recorded], losses: Losses) -> int:
    counted = itertools.count()  # one is taken for each exchange
    try:
        with drafted(target) as draft, draft.open("wb") as file:
            write(file, (recorded for recorded, _ in zip(exchanges, counted, strict=False)), losses)
    except OSError as error:
        raise unwritable(target, error) from error
    return next(counted)
