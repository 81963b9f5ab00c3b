from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from replaysandbox.core.clock import moved, paced
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.realism import Realism
from replaysandbox.core.webhooks import Receiver, WebhookEvent, Webhooks
from replaysandbox.deliver.outbox import Outbox
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import Start
from replaysandbox.launch.notifying import Notifier
from replaysandbox.render.render import compile_templates
from tests.unit.worlds import AT, KEY, amps, first

PUSH = Request(
    "POST", "https", "api.amps.ai", 443, f"/battery/{first('battery')}",
    headers=(*KEY, ("Content-Type", "application/json")), body=b'{"action":{"command":"idle"}}',
)  # fmt: skip
Steps = Callable[[Engine, Notifier], Awaitable[None]]


def wall() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - real time must pass


def driven(steps: Steps, **settings: object) -> list[str]:
    """Drive an engine with a notifier and no receiver; give the ids of the actions told, in order."""

    async def drive() -> list[str]:
        chosen = Settings(pack=("amps",), **settings)  # type: ignore[arg-type]
        engine = Engine(chosen, Start(amps(), AT), wall())
        notifier = Notifier(engine, Outbox([], wall), wall)
        engine.keepers.append(notifier)
        try:
            await steps(engine, notifier)
        finally:
            notifier.close()
        return [f"{delivery.message.session} {delivery.message.event}" for delivery in notifier.outbox]

    return asyncio.run(drive())


def push(engine: Engine, session: str = "default") -> None:
    request = Request(
        *(PUSH.method, PUSH.scheme, PUSH.host, PUSH.port, PUSH.path),
        headers=(*PUSH.headers, ("X-Sandbox-Session", session)),
        body=PUSH.body,
    )
    reply = engine.answer(request, wall())
    assert isinstance(reply, Reply)
    assert reply.status == 202


def advance(engine: Engine, session: str = "default", **by: float) -> None:
    live = engine.sessions[session]
    engine.set_clock(live, moved(live.clock, wall(), timedelta(**by)))


def test_a_frozen_clock_makes_nothing_happen_until_it_is_moved() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        await asyncio.sleep(0.02)
        assert len(notifier.outbox) == 0
        advance(engine, seconds=3.9)
        assert len(notifier.outbox) == 0
        advance(engine, seconds=0.1)
        assert len(notifier.outbox) == 1

    assert driven(steps, freeze=True) == ["default push.completed"]


def test_what_was_told_is_not_told_again_when_the_clock_passes_again() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        for hours in (1, -2, 3):
            advance(engine, hours=hours)
        push(engine)
        advance(engine, hours=1)

    assert driven(steps, freeze=True) == ["default push.completed"] * 2


def test_a_write_in_the_past_makes_another_future() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        advance(engine, seconds=-1)
        push(engine)  # drops the first
        advance(engine, hours=1)

    assert driven(steps, freeze=True) == ["default push.completed"]


def test_time_that_passes_makes_it_happen_at_the_clocks_speed() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        assert await notifier.outbox.until(lambda: len(notifier.outbox) == 1, 2)

    assert driven(steps, speed=400.0) == ["default push.completed"]


def test_letting_a_frozen_clock_run_sets_the_alarm() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        live = engine.sessions["default"]
        engine.set_clock(live, paced(live.clock, wall(), speed=400.0, frozen=False))
        assert await notifier.outbox.until(lambda: len(notifier.outbox) == 1, 2)

    assert driven(steps, freeze=True) == ["default push.completed"]


def test_each_session_has_its_own_time() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        push(engine)
        push(engine, "test-17")
        advance(engine, "test-17", hours=1)
        engine.reset("test-17")
        advance(engine, "test-17", hours=1)
        assert len(notifier.outbox) == 0
        advance(engine, hours=1)

    assert driven(steps, freeze=True) == ["default push.completed"]


def test_a_notifier_that_comes_later_knows_what_was_told_before() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        engine.keepers.clear()
        push(engine)
        advance(engine, hours=1)
        later = Notifier(engine, notifier.outbox, wall)
        assert await later.settled("default")
        later.close()

    assert driven(steps, freeze=True) == ["default push.completed"]


def test_what_cannot_be_told_is_said() -> None:
    said: list[str] = []

    async def steps(engine: Engine, notifier: Notifier) -> None:
        engine.say = said.append
        push(engine)
        templates = compile_templates({"push-event.json.j2": "{{ nothing }}"})
        engine.loaded = replace(engine.loaded, templates={"amps": templates})
        advance(engine, hours=1)
        (delivery,) = notifier.outbox
        assert delivery.state == "failed"

    driven(steps, freeze=True)
    assert "push.completed was not sent: the pack amps cannot render it" in said[0]


def test_who_names_no_api_gets_the_events_of_those_that_were_called() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        notifier.outbox = Outbox([Receiver("http://127.0.0.1:1")], wall)
        told = Webhooks({"device_changed": (WebhookEvent("changed", "device-event.json.j2"),)})
        other = replace(engine.loaded.packs["amps"], name="other", webhooks=told)
        templates = {**engine.loaded.templates, "other": engine.loaded.templates["amps"]}
        engine.loaded = replace(engine.loaded, packs={**engine.loaded.packs, "other": other}, templates=templates)
        push(engine)
        advance(engine, hours=1)
        assert [(each.message.event, each.state) for each in notifier.outbox] == [
            ("changed", "unsent"),
            ("push.completed", "waiting"),
        ]

    driven(steps, freeze=True)


def test_an_api_that_tells_late_tells_by_the_sandboxs_clock() -> None:
    async def steps(engine: Engine, notifier: Notifier) -> None:
        late = replace(engine.loaded.packs["amps"], realism=Realism(webhooks_s=180))
        engine.loaded = replace(engine.loaded, packs={"amps": late})
        push(engine)
        push(engine, "test-17")
        for session in ("default", "test-17"):
            advance(engine, session, seconds=183.9)
        assert len(notifier.outbox) == 0
        engine.reset("test-17")
        advance(engine, seconds=0.1)
        assert len(notifier.outbox) == 1
        advance(engine, "test-17", hours=1)
        push(engine)
        live = engine.sessions["default"]
        engine.set_clock(live, paced(live.clock, wall(), speed=4000.0, frozen=False))
        assert await notifier.outbox.until(lambda: len(notifier.outbox) == 2, 2)

    assert driven(steps, freeze=True) == ["default push.completed"] * 2
