from replaysandbox.core.bend import Bend
from tests.unit.core.actions import AT


def test_a_bend_works_from_an_instant_and_has_no_end_unless_said() -> None:
    bend = Bend(AT, "charge", values={"power_w": 3000.0})
    assert (bend.until, bend.number) == (None, 0)
