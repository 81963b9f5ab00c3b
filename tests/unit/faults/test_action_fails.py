from replaysandbox.core.action import Failure
from replaysandbox.faults.action_fails import fail
from tests.unit.faults.make import rule


def test_an_action_fails_when_the_rule_or_the_pack_says() -> None:
    plain = Failure("DEVICE_OFFLINE", "The device cannot be reached.", 32.0)
    assert fail(rule("action_fails"), 32.0) == plain
    asked = rule("action_fails", error_code="SCHEDULER_ACTIVE", error_message="Busy.", after_s=2.5)
    assert fail(asked, 32.0) == Failure("SCHEDULER_ACTIVE", "Busy.", 2.5)
