from replaysandbox.core.command_log import (
    CommandLog,
    actions_at,
    active_at,
    linked_at,
    reachable_at,
    settings_at,
    with_action,
    with_cancelled,
    with_link,
    with_record,
    with_steer,
    with_write,
    wound_back,
)
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Link, Record, Steer, Write
from replaysandbox.core.record import members_of
from tests.unit.core.actions import AT, BATTERY, after, make_action

OTHER = DeviceRef("battery", 1)


def log_of_three() -> CommandLog:
    log = with_action(CommandLog(), make_action(1, AT))
    log = with_action(log, make_action(2, after(minutes=1), OTHER))
    return with_action(log, make_action(3, after(minutes=2), start=after(hours=1)))


def test_actions_are_told_newest_first_and_by_device() -> None:
    log = log_of_three()
    assert log.count == 3
    assert [action.number for action in actions_at(log, "amps", BATTERY, after(hours=9))] == [3, 1]
    assert [action.number for action in actions_at(log, "amps", BATTERY, after(minutes=1))] == [1]
    assert [action.number for action in actions_at(log, "amps", OTHER, after(hours=9))] == [2]


def test_active_ones_are_neither_over_nor_cancelled() -> None:
    log = log_of_three()
    first = with_action(CommandLog(), make_action(1, AT))
    assert [action.number for action in active_at(first, "amps", BATTERY, after(seconds=1))] == [1]
    assert active_at(first, "enode", BATTERY, after(seconds=1)) == []
    assert [action.number for action in active_at(log, "amps", BATTERY, after(minutes=5))] == [3]
    cancelled = with_cancelled(log, [3], after(minutes=6))
    assert active_at(cancelled, "amps", BATTERY, after(minutes=7)) == []
    assert [action.number for action in active_at(cancelled, "amps", BATTERY, after(minutes=5))] == [3]


def test_settings_are_as_last_written() -> None:
    log = CommandLog()
    for minute, value in ((0, 20.0), (5, 30.0)):
        log = with_write(log, Write(log.count + 1, after(minutes=minute), "amps", BATTERY, "discharge_floor", value))
    assert settings_at(log, "amps", BATTERY, after(minutes=4)) == {"discharge_floor": 20.0}
    assert settings_at(log, "amps", BATTERY, after(minutes=5)) == {"discharge_floor": 30.0}
    assert settings_at(log, "amps", OTHER, after(minutes=5)) == {}


def test_a_write_in_the_past_drops_what_came_after() -> None:
    log = with_cancelled(log_of_three(), [3], after(minutes=30))
    log = with_write(log, Write(4, after(minutes=40), "amps", BATTERY, "discharge_floor", 30.0))
    back = wound_back(log, after(minutes=10))
    assert sorted(back.actions) == [1, 2, 3]
    assert back.actions[3].cancelled is None
    assert settings_at(back, "amps", BATTERY, after(days=1)) == {}
    further = wound_back(log, after(seconds=30))
    assert sorted(further.actions) == [1]
    assert list(actions_at(further, "amps", OTHER, after(days=1))) == []
    assert further.count == 4
    assert wound_back(log, after(hours=2)) is log


def test_links_reach_and_members_are_as_last_said() -> None:
    log = with_link(CommandLog(), Link(1, AT, "amps", BATTERY, linked=False))
    log = with_steer(log, Steer(2, after(minutes=1), BATTERY, "offline"))
    log = with_steer(log, Steer(3, after(minutes=2), BATTERY, "set", {"level_pct": 12.0}))
    log = with_record(log, Record(4, after(minutes=3), "enode", "users", "u1", {"name": "alice"}))
    log = with_record(log, Record(5, after(minutes=4), "enode", "users", "u1", None))
    assert not linked_at(log, "amps", BATTERY, after(hours=1))
    assert linked_at(log, "enode", BATTERY, after(hours=1))
    assert linked_at(log, "amps", BATTERY, after(seconds=-1))
    said = reachable_at(log, BATTERY, after(minutes=3))
    assert said is not None
    assert said.does == "offline"
    assert reachable_at(log, BATTERY, AT) is None
    assert [each.body for each in members_of(log, "enode", after(minutes=3), "users").values()] == [{"name": "alice"}]
    assert members_of(log, "enode", after(minutes=4), "users") == {}
    back = wound_back(log, after(minutes=3))
    assert list(members_of(back, "enode", after(hours=1), "users")) == ["u1"]
    assert [type(entry).__name__ for entry in log.fresh] == ["Link", "Steer", "Steer", "Record", "Record"]
    assert linked_at(wound_back(log, after(seconds=-1)), "amps", BATTERY, after(hours=1))
