from datetime import datetime

import pytest

from replaysandbox.core.action import Action, Failure, changed_at, stage_at
from tests.unit.core.actions import AT, after, make_action

SOON = make_action()
LATER = make_action(start=after(hours=2), end=after(hours=3))
FAILS = make_action(failure=Failure("DEVICE_OFFLINE", "gone", 32))
CANCELLED = make_action(start=after(hours=2), cancelled=after(hours=1))


@pytest.mark.parametrize(
    ("action", "at", "stage", "changed"),
    [
        (SOON, AT, "acknowledged", AT),
        (SOON, after(seconds=3.9), "acknowledged", after(seconds=1)),
        (SOON, after(seconds=4), "completed", after(seconds=4)),
        (SOON, after(days=9), "completed", after(seconds=4)),
        (LATER, AT, "scheduled", AT),
        (LATER, after(hours=2), "acknowledged", after(hours=2)),
        (LATER, after(hours=2, seconds=4), "completed", after(hours=2, seconds=4)),
        (FAILS, after(seconds=31), "acknowledged", after(seconds=1)),
        (FAILS, after(seconds=32), "failed", after(seconds=32)),
        (CANCELLED, after(minutes=59), "scheduled", AT),
        (CANCELLED, after(hours=1), "cancelled", after(hours=1)),
        (CANCELLED, after(days=1), "cancelled", after(hours=1)),
    ],
)
def test_an_actions_life_is_a_function_of_the_instant(
    action: Action, at: datetime, stage: str, changed: datetime
) -> None:
    assert stage_at(action, at) == stage
    assert changed_at(action, at) == changed
