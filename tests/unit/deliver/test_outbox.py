from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.core.delivery import Attempt, Delivery
from replaysandbox.core.webhooks import Message, Receiver
from replaysandbox.deliver import outbox as module
from replaysandbox.deliver.outbox import Outbox
from replaysandbox.deliver.sending import Result

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE, OTHER = Receiver("http://127.0.0.1:1"), Receiver("http://127.0.0.1:2", "smartcar")


def wall() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - waits are by the wall clock


def message(number: int, session: str = "default", pack: str = "amps") -> Message:
    return Message(f"msg_{session}_{number}", session, pack, "action_completed", "push.completed", AT, "d", body=b"{}")


@dataclass
class Wire:
    """Answers each attempt with the next of these statuses, then 204; keeps what was tried."""

    statuses: Sequence[int] = ()
    retry_after_s: float = 0.0

    def __post_init__(self) -> None:
        self.left = list(self.statuses)
        self.tried: list[tuple[str, str]] = []

    async def send(self, delivery: Delivery) -> Result:
        await asyncio.sleep(0)
        self.tried.append((delivery.message.id, delivery.receiver))
        status = self.left.pop(0) if self.left else 204
        fine = status == 204
        return Result(Attempt(wall(), status), fine, status == 410, 0.0 if fine else self.retry_after_s)


def driven(outbox: Outbox, wire: Wire, steps: Callable[[], Awaitable[None]]) -> None:
    async def drive() -> None:
        work = asyncio.create_task(outbox.run(wire.send))
        await steps()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(drive())


def states(outbox: Outbox) -> list[str]:
    return [delivery.state for delivery in outbox]


def test_first_attempts_go_in_the_order_of_events_whatever_fails() -> None:
    outbox, wire = Outbox([ONE], wall, steps_of=lambda pack: (0.0, 0.01, 0.01)), Wire([500])

    async def steps() -> None:
        for number in range(20):
            outbox.add(message(number))
        assert await outbox.until(lambda: set(states(outbox)) == {"delivered"}, 5)

    driven(outbox, wire, steps)
    assert [each for each, _ in wire.tried] == [f"msg_default_{n}" for n in range(20)] + ["msg_default_0"]


def test_a_receiver_that_fails_twice_gets_it_the_third_time_with_one_id() -> None:
    seen: list[Delivery] = []
    outbox, wire = Outbox([ONE], wall, changed=seen.append, steps_of=lambda pack: (0.0, 0.01, 0.02)), Wire([500, 503])

    async def steps() -> None:
        outbox.add(message(1))
        assert await outbox.until(lambda: states(outbox) == ["delivered"], 5)

    driven(outbox, wire, steps)
    (delivery,) = outbox
    assert [attempt.status for attempt in delivery.attempts] == [500, 503, 204]
    assert [each.state for each in seen] == ["waiting", "waiting", "waiting", "delivered"]
    assert seen[1].next_attempt is not None
    assert seen[1].next_attempt - delivery.attempts[0].wall >= timedelta(seconds=0.01)
    assert len(set(wire.tried)) == 1


def test_after_the_last_step_it_is_given_up_and_a_resend_begins_anew() -> None:
    outbox, wire = Outbox([ONE], wall, steps_of=lambda pack: (0.0, 0.0)), Wire([500, 500])

    async def steps() -> None:
        (delivery,) = outbox.add(message(1))
        assert await outbox.until(lambda: states(outbox) == ["failed"], 5)
        outbox.resend(delivery.id)
        assert await outbox.until(lambda: states(outbox) == ["delivered"], 5)

    driven(outbox, wire, steps)
    assert [attempt.status for attempt in next(iter(outbox)).attempts] == [500, 500, 204]


def test_svix_waits_are_the_default() -> None:
    outbox, wire = Outbox([ONE], wall), Wire([500])

    async def steps() -> None:
        outbox.add(message(1))
        assert await outbox.until(lambda: next(iter(outbox)).tried, 5)

    driven(outbox, wire, steps)
    (delivery,) = outbox
    assert delivery.next_attempt is not None
    assert 4.9 < (delivery.next_attempt - delivery.attempts[0].wall).total_seconds() < 6
    assert module.STEPS_S[:5] == (0, 5, 300, 1800, 7200)


def test_retry_after_is_honoured_where_it_is_longer() -> None:
    outbox, wire = Outbox([ONE], wall), Wire([503], retry_after_s=77.0)

    async def steps() -> None:
        outbox.add(message(1))
        assert await outbox.until(lambda: next(iter(outbox)).tried, 5)

    driven(outbox, wire, steps)
    (delivery,) = outbox
    assert delivery.next_attempt is not None
    assert (delivery.next_attempt - delivery.attempts[0].wall).total_seconds() > 76


def test_a_receiver_that_is_gone_gets_nothing_more_until_it_is_asked_again() -> None:
    outbox, wire = Outbox([ONE], wall), Wire([410])

    async def steps() -> None:
        first, second = (*outbox.add(message(1)), *outbox.add(message(2)))
        assert await outbox.until(lambda: states(outbox) == ["failed", "failed"], 5)
        assert len(wire.tried) == 1
        assert "410 Gone" in (outbox.find(second.id) or second).attempts[0].error
        outbox.resend(first.id)
        assert await outbox.until(lambda: states(outbox) == ["delivered", "failed"], 5)
        outbox.add(message(3))
        assert await outbox.until(lambda: states(outbox)[2] == "delivered", 5)

    driven(outbox, wire, steps)


def test_each_receiver_gets_its_own_delivery_and_only_of_its_pack() -> None:
    outbox, wire = Outbox([ONE, OTHER], wall), Wire()

    async def steps() -> None:
        outbox.add(message(1))
        outbox.add(message(2, pack="smartcar"))
        assert await outbox.until(lambda: set(states(outbox)) == {"delivered"}, 5)

    driven(outbox, wire, steps)
    assert sorted(wire.tried) == [
        ("msg_default_1", ONE.url),
        ("msg_default_2", ONE.url),
        ("msg_default_2", OTHER.url),
    ]
    assert len({delivery.id for delivery in outbox}) == 3
    assert outbox.left() == {ONE.url: 2, OTHER.url: 1}


def test_a_message_that_comes_again_is_not_sent_again() -> None:
    outbox = Outbox([], wall)
    assert len(outbox.add(message(1))) == 1
    assert outbox.add(message(1)) == []
    assert states(outbox) == ["unsent"]
    assert outbox.resend(next(iter(outbox)).id) is None
    outbox.forget("default")
    assert len(outbox) == 0
    assert len(outbox.add(message(1))) == 1


def test_what_is_forgotten_is_not_sent() -> None:
    outbox, wire = Outbox([ONE], wall), Wire()
    outbox.add(message(1))
    outbox.add(message(2, "test-17"))
    outbox.forget("default")

    async def steps() -> None:
        assert await outbox.until(lambda: states(outbox) == ["delivered"], 5)

    driven(outbox, wire, steps)
    assert wire.tried == [("msg_test-17_2", ONE.url)]


def test_restored_deliveries_go_on_and_are_known() -> None:
    before = Outbox([ONE, OTHER], wall)
    before.add(message(1))
    (waiting,) = before
    done = replace(waiting, id="del_2", number=2, message=message(2), state="delivered", next_attempt=None)
    lost = replace(waiting, id="del_3", number=3, message=message(3), receiver="http://127.0.0.1:9")
    outbox, wire = Outbox([ONE], wall, restored=[lost, done, waiting]), Wire()

    async def steps() -> None:
        assert [outbox.add(message(number)) for number in (1, 2, 3)] == [[], [], []]
        assert outbox.add(message(4))[0].number == 4
        assert await outbox.until(lambda: states(outbox) == ["delivered", "delivered", "unsent", "delivered"], 5)

    driven(outbox, wire, steps)
    assert [each for each, _ in wire.tried] == ["msg_default_1", "msg_default_4"]


def test_finished_deliveries_are_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    outbox = Outbox([], wall)
    for number in range(15):
        outbox.add(message(number))
    assert [delivery.number for delivery in outbox] == list(range(6, 16))
    assert outbox.add(message(0)) == []


def test_waiting_for_what_does_not_come_ends() -> None:
    async def wait() -> bool:
        return await Outbox([], wall).until(lambda: False, 0.01)

    assert not asyncio.run(wait())


REGISTERED = Receiver("http://127.0.0.1:3", "amps", "whk_1", "mine", ("push.completed",))


def test_what_apps_registered_gets_the_events_it_asked_for_beside_the_users_receivers() -> None:
    other = replace(REGISTERED, id="whk_2", url="http://127.0.0.1:4", events=("push.failed",))
    outbox, wire = Outbox([ONE], wall), Wire()

    async def steps() -> None:
        outbox.add(message(1), [REGISTERED, other, replace(other, id="whk_3", events=("*",))])
        outbox.add(replace(message(2), only="whk_2"), [REGISTERED, other])
        assert await outbox.until(lambda: set(states(outbox)) == {"delivered"}, 5)

    driven(outbox, wire, steps)
    assert sorted((each.message.id, each.registered) for each in outbox) == [
        ("msg_default_1", ""),
        ("msg_default_1", "whk_1"),
        ("msg_default_1", "whk_3"),
        ("msg_default_2", "whk_2"),
    ]


def test_what_apps_registered_leaves_no_task_behind_when_it_is_forgotten() -> None:
    outbox, wire = Outbox([ONE], wall), Wire()

    async def drive() -> None:
        work = asyncio.create_task(outbox.run(wire.send))
        for number in range(50):
            outbox.add(message(number), [replace(REGISTERED, url=f"http://127.0.0.1:{1_000 + number}")])
            assert await outbox.until(lambda: "waiting" not in states(outbox), 5)
            outbox.forget("default")
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 3  # this one, the outbox's, and that of who was named
        outbox.add(message(50), [REGISTERED])
        assert await outbox.until(lambda: set(states(outbox)) == {"delivered"}, 5)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(drive())
    assert len(wire.tried) == 102


def test_what_never_went_out_has_not_left() -> None:
    outbox = Outbox([ONE, OTHER], wall, steps_of=lambda pack: (0.0, 0.01))

    async def drive() -> None:
        async def send(delivery: Delivery) -> Result:
            return Result(Attempt(wall(), error="refused"), sent=delivery.receiver == OTHER.url)

        outbox.add(message(1, pack="smartcar"))
        work = asyncio.create_task(outbox.run(send))
        assert await outbox.until(lambda: states(outbox) == ["failed", "failed"], 5)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(drive())
    assert outbox.left() == {OTHER.url: 2}


def test_a_final_failure_is_not_tried_again() -> None:
    outbox = Outbox([], wall)

    async def steps() -> None:
        outbox.add(message(1), [REGISTERED])
        assert await outbox.until(lambda: states(outbox) == ["failed"], 5)

    async def drive() -> None:
        async def send(delivery: Delivery) -> Result:
            return Result(Attempt(wall(), error="deleted"), final=True)

        work = asyncio.create_task(outbox.run(send))
        await steps()
        work.cancel()

    asyncio.run(drive())


def test_what_waits_for_a_registered_receiver_goes_on_after_a_restart() -> None:
    before = Outbox([], wall)
    before.add(message(1), [REGISTERED])
    outbox, wire = Outbox([], wall, restored=list(before)), Wire()

    async def steps() -> None:
        assert await outbox.until(lambda: states(outbox) == ["delivered"], 5)

    driven(outbox, wire, steps)
    assert wire.tried == [("msg_default_1", REGISTERED.url)]


def test_who_names_no_api_gets_only_what_is_for_all() -> None:
    outbox = Outbox([ONE, OTHER], wall)
    told = [each.receiver for each in outbox.add(message(1, pack="smartcar"), unnamed=False)]
    assert told == [OTHER.url]
    assert [each.state for each in outbox.add(message(2), unnamed=False)] == ["unsent"]
