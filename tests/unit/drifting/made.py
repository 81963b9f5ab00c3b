from datetime import UTC, datetime, timedelta
from typing import Any

from replaysandbox.drifting.profile import Profile

AT = datetime(2026, 6, 1, tzinfo=UTC)


def profile(*bodies: Any, headers: tuple = (("X-Left", "1"),)) -> Profile:
    made = Profile()
    for number, body in enumerate(bodies):
        made.add(body, headers, AT + timedelta(hours=number), "/a")
    return made
