from replaysandbox.faults.action_times_out import give_up
from tests.unit.faults.make import rule


def test_an_action_is_given_up_after_long() -> None:
    failure = give_up(rule("action_times_out"), 32.0)
    assert (failure.code, failure.after_s) == ("TIMEOUT", 300.0)
    assert give_up(rule("action_times_out", after_s=3600), 32.0).after_s == 3600.0
