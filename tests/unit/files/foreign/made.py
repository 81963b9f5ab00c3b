"""Files of other formats, made for tests, and what is read of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from replaysandbox.core.capture import Recorded
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.launch.foreign import Reader, Writer

DATA = Path(__file__).resolve().parents[3] / "data" / "foreign"
"""Files that nobody here wrote; see its NOTICE."""


def written(folder: Path, data: Any, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def read(read: Reader, path: Path, live_url: str = "") -> tuple[list[Recorded], list[str]]:
    """Read a file: its exchanges, and what was lost."""
    losses = Losses()
    return list(read(path, losses, live_url)), losses.lines()


def write(write: Writer, exchanges: Iterable[Recorded]) -> tuple[bytes, list[str]]:
    """Write exchanges: the bytes, and what was lost."""
    losses, file = Losses(), BytesIO()
    write(file, exchanges, losses)
    return file.getvalue(), losses.lines()
