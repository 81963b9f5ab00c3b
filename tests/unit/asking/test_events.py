from __future__ import annotations

from collections import Counter

import pytest

from replaysandbox.asking.events import messages
from replaysandbox.conformance import hold_webhook
from replaysandbox.core.session import Session
from replaysandbox.exercise import Exercise
from tests.unit.exercised import INSTANTS, PACK, START, loaded


def test_links_are_told_for_each_family_and_nothing_of_actions_that_were_not_asked_for() -> None:
    told = Counter(each.event for each in messages(loaded(), PACK, Session(), START))
    families = {route.family for route in PACK.routes if route.family}
    assert told == {name: len(families) for name in ("device.connected", "device.disconnected", "device.reconnected")}


@pytest.mark.slow
def test_each_accepted_action_is_told_to_have_ended_well_and_badly_as_the_contract_says() -> None:
    exercise = Exercise(loaded(), PACK)
    assert list(exercise.all(INSTANTS, 1))
    told = list(messages(loaded(), PACK, exercise.session, START))
    counts = Counter(each.event for each in told)
    assert counts["push.completed"] == counts["push.failed"] > 5
    for each in told:
        held = hold_webhook(loaded().checkers["amps"], each.event, each.body)
        assert (each.problem, held.response, held.operation is not None) == ("", (), True)
