"""Packs begun from files: a specification, or traffic in any format that is read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.files.captures import open_capture
from replaysandbox.files.contracts import read_contract, read_contract_files
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.scaffolds import contract_name, write_pack
from replaysandbox.files.seen import seen_exchanges
from replaysandbox.launch.foreign import Redact, convert
from replaysandbox.launch.wall import wall_clock
from replaysandbox.scaffold.from_contract import Scaffold, Source, scaffold
from replaysandbox.scaffold.from_exchanges import Traffic
from replaysandbox.scaffold.yaml_text import yaml_text

_CONTRACT = "openapi.yaml"


def pack_from_openapi(name: str, path: Path, folder: Path) -> Scaffold:
    """Begin a pack from an OpenAPI document, which is copied into it with all files it refers to.

    Args:
        name: Name of the pack.
        path: The document.
        folder: Folder of the pack; empty, or not there yet.

    Raises:
        SandboxError: The document cannot be used, or the folder cannot be written.
    """
    contract, files = read_contract_files(path)
    made = scaffold(contract, Source(name, contract_name(files), f"its specification, {path.name}", _today()))
    write_pack(folder, made.files, files)
    return made


def pack_from_traffic(name: str, path: Path, folder: Path, redact: Redact, live_url: str = "") -> Scaffold:
    """Begin a pack from recorded traffic: a contract is inferred from it first, with secrets out.

    Args:
        name: Name of the pack.
        path: A capture, HAR, or any other file that is read.
        folder: Folder of the pack; empty, or not there yet.
        redact: Takes secrets out of an exchange; captures that are redacted already are left as they are.
        live_url: `https://HOST` for formats that name none.

    Raises:
        SandboxError: The file cannot be read, no call of an API is in it, or the folder cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="replaysandbox-") as kept:  # mode 0700
        traffic = _traffic(path, Path(kept) / "traffic.capture", redact, live_url)
        text = yaml_text(traffic.contract(name, path.name))
        draft = Path(kept) / _CONTRACT
        draft.write_text(text, encoding="utf-8")
        made = scaffold(read_contract(draft), Source(name, _CONTRACT, f"recorded traffic, {path.name}", _today()))
    write_pack(folder, {_CONTRACT: text, **made.files}, [])
    return made


def _traffic(path: Path, redacted: Path, redact: Redact, live_url: str) -> Traffic:
    convert(path, redacted, Losses(), redact, live_url)
    traffic = Traffic()
    with open_capture(redacted) as capture:
        for seen, _, recorded in seen_exchanges(capture):
            traffic.take(seen, recorded.redacted)
    if not traffic.exchanges:
        reason = f"holds no call of an API that was answered ({traffic.passed} were for pages, pictures and the like)"
        raise SandboxError(Problem(str(path), 0, "", reason, "record some: replaysandbox record FILE -- COMMAND"))
    return traffic


def _today() -> str:
    return wall_clock().date().isoformat()
