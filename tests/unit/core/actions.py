"""Actions made by hand, for the tests of the core."""

from datetime import UTC, datetime, timedelta

from replaysandbox.core.action import Action
from replaysandbox.core.device import DeviceRef

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
BATTERY = DeviceRef("battery", 0)


def after(**passed: float) -> datetime:
    return AT + timedelta(**passed)


def make_action(number: int = 1, created: datetime = AT, device: DeviceRef = BATTERY, **more: object) -> Action:
    return Action(
        number,
        str(more.pop("pack", "amps")),
        device,
        "charge",
        "charge",
        None,
        {},
        created,
        acknowledged_s=1,
        completed_s=4,
        **more,  # type: ignore[arg-type]
    )
