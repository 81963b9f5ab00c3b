from replaysandbox.core.exchange import Hangup
from replaysandbox.faults.hang_up import close
from tests.unit.faults.make import demo, rule


def test_the_connection_is_closed_at_once() -> None:
    assert close(rule("hang_up"), demo()) == Hangup("fault=hang_up", 0.0)
