"""The Amps pack in a small world, ready to be asked."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from replaysandbox.answer import Loaded
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
INSTANTS = (START,)


@cache
def loaded() -> Loaded:
    return load_all(Settings(pack=("amps",)), START).loaded


PACK = loaded().packs["amps"]
