from datetime import UTC, datetime, timedelta

from replaysandbox.core.command_log import CommandLog, with_record
from replaysandbox.core.entries import Record
from replaysandbox.core.record import member_of, members_of

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def log(*bodies: object) -> CommandLog:
    found = CommandLog()
    for hour, body in enumerate(bodies):
        record = Record(hour + 1, AT + timedelta(hours=hour), "mine", "notes", "n1", body, {"user": f"u{hour}"})
        found = with_record(found, record)
    return found


def test_a_member_is_what_its_last_write_says_by_an_instant() -> None:
    kept = log({"a": 1}, {"a": 2})
    assert member_of(kept, "mine", AT - timedelta(hours=1), "notes", "n1") is None
    first = member_of(kept, "mine", AT, "notes", "n1")
    last = member_of(kept, "mine", AT + timedelta(hours=5), "notes", "n1")
    assert first is not None
    assert last is not None
    assert (first.body, last.body) == ({"a": 1}, {"a": 2})
    assert (last.created, last.updated, last.arguments) == (AT, AT + timedelta(hours=1), {"user": "u0"})
    assert list(members_of(kept, "mine", AT, "notes")) == ["n1"]


def test_a_deleted_member_is_gone_and_may_come_again() -> None:
    kept = log(1, None, 3)
    assert members_of(kept, "mine", AT + timedelta(hours=1), "notes") == {}
    again = member_of(kept, "mine", AT + timedelta(hours=2), "notes", "n1")
    assert again is not None
    assert (again.created, again.body) == (AT + timedelta(hours=2), 3)
