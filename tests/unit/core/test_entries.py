from replaysandbox.core.entries import Pushed
from tests.unit.core.actions import after, make_action


def test_a_push_is_numbered_and_dated_as_its_action() -> None:
    entry = Pushed(make_action(7, after(minutes=3)))
    assert (entry.number, entry.at) == (7, after(minutes=3))
