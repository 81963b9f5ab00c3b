"""A bundle for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from replaysandbox.core.capture import Situation
from replaysandbox.shrink.bug import Bug
from replaysandbox.shrink.bundle import Bundle, Manner, Versions
from replaysandbox.shrink.fingerprint import Fingerprint

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BUNDLE = Bundle(
    ("python", "my app.py", "--home", "3"),
    Bug(Fingerprint(1, ("KeyError: 'rate'", "app.py, total")), frozenset(("GET https://api.amps.ai/x",)), 4, 5),
    Manner("loop", True, False, "2026-06-01T12:00Z", ("*.example",)),
    Versions("0.1.0", "3.13.0", "Linux x86_64"),
    AT,
    "morning.capture",
    60.0,
    Situation("winter", 7, AT),
)
