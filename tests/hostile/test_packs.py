"""Hostile packs from packs.yaml: refused in time with the file named, whether at the start or by a reload."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from tests.hostile.conftest import AT, CASE_S
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("packs.yaml").read_text("utf-8"))}

MOST_MB = 512


def _text(case: dict[str, Any], text: str) -> bytes:
    part, times = case.get("repeat", ("", 0))
    return text.replace("@", part * times).encode("latin-1" if case.get("latin") else "utf-8")


def _write(folder: Path, case: dict[str, Any]) -> Path:
    pack = write_pack(folder / "mine", PACK, TEMPLATES)
    old, new = case.get("change", ("", ""))
    assert old in PACK
    (pack / "pack.yaml").write_bytes(_text(case, case["pack"]) if "pack" in case else PACK.replace(old, new).encode())
    for name, text in case.get("files", {}).items():
        (pack / name).write_bytes(_text(case, text))
    for name, target in case.get("links", {}).items():
        place = pack / name
        for each in sorted(place.rglob("*"), reverse=True) if place.is_dir() else ():
            each.unlink()
        if place.is_dir():
            place.rmdir()
        else:
            place.unlink()
        place.symlink_to(target)
    for name in case.get("pipes", ()):
        (pack / name).unlink(missing_ok=True)
        os.mkfifo(pack / name)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_hostile(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    folder = _write(tmp_path, case)
    began, before = time.process_time(), _megabytes()
    if case.get("fine"):
        Engine.load(Settings(pack=("mine",), pack_dir=(folder,)), AT)
    else:
        with pytest.raises(SandboxError) as refused:
            Engine.load(Settings(pack=("mine",), pack_dir=(folder,)), AT)
        assert case["reason"] in str(refused.value)
        assert "mine" in str(refused.value)
        assert "root:x:" not in str(refused.value)
        assert len(str(refused.value)) < 20_000
    assert time.process_time() - began < CASE_S
    assert _megabytes() - before < MOST_MB


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("name", ["a billion laughs", "an unknown key", "a tag that runs Python"])
def test_a_reload_keeps_what_was_good(tmp_path: Path, name: str) -> None:
    write_pack(tmp_path / "mine", PACK, TEMPLATES)
    engine = Engine.load(Settings(pack=("mine",), pack_dir=(tmp_path,)), AT)
    before = engine.loaded
    case = CASES[name]
    old, new = case.get("change", ("", ""))
    (tmp_path / "mine" / "pack.yaml").write_bytes(_text(case, case.get("pack", PACK.replace(old, new))))
    asyncio.run(engine.reload())
    assert engine.loaded is before
    assert engine.problems
