"""Repro bundles on disk: a folder, or the same in a `.zip`."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import orjson

from replaysandbox.core.capture import CaptureHeader, Recorded, Situation
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.replay.answer import AtEnd
from replaysandbox.shrink.bug import Bug
from replaysandbox.shrink.bundle import ABOUT, RULES, Bundle, Manner, Versions
from replaysandbox.shrink.fingerprint import Fingerprint

FORMAT = "replaysandbox-bundle"
VERSION = 1
"""Version of the format; a reader refuses a higher one."""

MOST = 1024 * 1024 * 1024
"""Most bytes that are unpacked from a `.zip`. Ours: what becomes longer is no bundle, but a bomb. [B]"""


def is_bundle(path: Path) -> bool:
    """Tell whether a path names a bundle: a folder that holds one, or a `.zip`.

    By its name, too: a bundle runs its own command, and nobody expects that of what is called a capture.
    """
    if path.is_dir():
        return (path / ABOUT).is_file()
    return path.suffix.lower() == ".zip" and path.is_file() and zipfile.is_zipfile(path)


def write_bundle(
    folder: Path,
    bundle: Bundle,
    header: CaptureHeader,
    captures: Mapping[str, Sequence[Recorded]],
    pages: Mapping[str, str],
    rules: Path | None = None,
) -> Path:
    """Write a bundle, and the same as `FOLDER.zip`.

    Args:
        folder: Where; it must not be there yet.
        bundle: What is said of the bug.
        header: First line of the captures.
        captures: Name → what is in it, redacted.
        pages: Further files: name → text.
        rules: The file of rules of matching, or None.

    Returns:
        The `.zip`.

    Raises:
        SandboxError: It cannot be written.
    """
    packed = folder.with_name(f"{folder.name}.zip")
    try:
        folder.mkdir(parents=True)
        for name, exchanges in captures.items():
            with open_writer(folder / name, header) as writer:
                for recorded in exchanges:
                    writer.append(recorded)
        (folder / ABOUT).write_bytes(orjson.dumps(_told(bundle), option=orjson.OPT_INDENT_2) + b"\n")
        if rules is not None:
            (folder / RULES).write_bytes(rules.read_bytes())
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, Path(folder.name) / file.relative_to(folder))
    except OSError as error:
        raise SandboxError(
            Problem(str(folder), 0, "", f"cannot be written: {error.strerror}", "choose: -o DIR")
        ) from error
    return packed


def check_free(folder: Path) -> None:
    """Make sure that a bundle can be written, before the work for it begins.

    Raises:
        SandboxError: There is something in its place.
    """
    for place in (folder, folder.with_name(f"{folder.name}.zip")):
        if place.exists():
            raise SandboxError(Problem(str(place), 0, "", "is there already", "name another folder: -o DIR"))


@contextmanager
def open_bundle(path: Path) -> Iterator[tuple[Path, Bundle]]:
    """Open a bundle: its folder, unpacked while the block runs where it is a `.zip`, and what it says.

    Raises:
        SandboxError: It is none, or a broken one.
    """
    if path.is_dir():
        yield path, _read(path, path)
        return
    with tempfile.TemporaryDirectory(prefix="replaysandbox-") as place:  # mode 0700
        _unpack(path, Path(place))
        about = sorted(Path(place).glob(f"**/{ABOUT}"))
        folder = about[0].parent if about else Path(place)
        yield folder, _read(folder, path)


def _unpack(path: Path, place: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST:
                raise SandboxError(Problem(str(path), 0, "", f"becomes longer than {MOST} bytes"))
            archive.extractall(place)  # it leaves out roots, `..` and links
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise SandboxError(Problem(str(path), 0, "", f"cannot be unpacked: {error}")) from error


def _told(bundle: Bundle) -> dict[str, Any]:
    bug, world = bundle.bug, bundle.world
    return {
        "format": FORMAT,
        "version": VERSION,
        "command": bundle.command,
        "failure": {
            "status": bug.fingerprint.status,
            "reason": bug.fingerprint.reason,
            "failed": bug.failed,
            "runs": bug.runs,
            "missed": sorted(bug.missed),
        },
        "replay": asdict(bundle.manner),
        "versions": asdict(bundle.versions),
        "made": bundle.made,
        "source": bundle.source,
        "patience_s": bundle.patience_s,
        "world": asdict(world) if world else None,
    }


def _read(folder: Path, path: Path) -> Bundle:
    hint = "bundles are made by: replaysandbox repro CAPTURE -- COMMAND"
    try:
        told = orjson.loads((folder / ABOUT).read_bytes())
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise ValueError(f'it does not say "format": "{FORMAT}"')  # noqa: TRY301 - told as any other reason
        if told.get("version") != VERSION:
            reason = f"it is of format version {told.get('version')}; this replaysandbox reads {VERSION}"
            raise ValueError(reason)  # noqa: TRY301 - told as any other reason
        return _bundle(told)
    except OSError as error:
        raise SandboxError(Problem(str(path), 0, "", f"is no bundle: {ABOUT}: {error.strerror}", hint)) from error
    except KeyError as error:
        raise SandboxError(Problem(f"{path}/{ABOUT}", 0, str(error).strip("'"), "is missing", hint)) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise SandboxError(Problem(f"{path}/{ABOUT}", 0, "", f"is no bundle's: {error}", hint)) from error


def _bundle(told: dict[str, Any]) -> Bundle:
    failure, manner, world = told["failure"], told["replay"], told["world"]
    bug = Bug(
        Fingerprint(int(failure["status"]), _texts(failure["reason"])),
        frozenset(_texts(failure["missed"])),
        int(failure["failed"]),
        int(failure["runs"]),
    )
    if manner["at_end"] not in get_args(AtEnd):
        raise ValueError(f"replay.at_end is {manner['at_end']!r}, not one of {', '.join(get_args(AtEnd))}")
    command = _texts(told["command"])
    if not command or not 0 < bug.failed <= bug.runs:
        raise ValueError("it names no command, or no run that failed")
    return Bundle(
        command,
        bug,
        Manner(**manner | {"passes": _texts(manner["passes"])}),
        Versions(**told["versions"]),
        datetime.fromisoformat(told["made"]),
        str(told["source"]),
        float(told["patience_s"]),
        Situation(world["scenario"], world["seed"], datetime.fromisoformat(world["at"])) if world else None,
    )


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise TypeError(f"{str(values)[:60]!r} is no list of texts")
    return tuple(values)
