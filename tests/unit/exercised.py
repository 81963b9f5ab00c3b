"""The Amps pack in a small world, ready to be asked."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.unit.worlds import amps

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
INSTANTS = (START,)

loaded = amps
PACK = loaded().packs["amps"]
