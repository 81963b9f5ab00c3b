import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from replaysandbox.core.exchange import Exchange, Forward, Headers, Reply, Request
from replaysandbox.core.limits import Limits
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import Start
from tests.unit.worlds import AT, KEY, amps

CALL = Request("GET", "https", "api.amps.ai", 443, "/battery", headers=KEY)


def engine(**settings: object) -> Engine:
    chosen = Settings(pack=("amps",), **settings)  # type: ignore[arg-type]
    return Engine(chosen, Start(amps(), chosen.at or AT), AT)


def timestamp(reply: object) -> str:
    assert isinstance(reply, Reply)
    return str(json.loads(reply.body)["meta"]["timestamp"])


def test_the_sessions_clock_decides_the_instant() -> None:
    moving = engine(at=AT - timedelta(days=30), speed=60.0)
    assert timestamp(moving.answer(CALL, AT)) == "2026-05-02T12:00:00.000Z"
    assert timestamp(moving.answer(CALL, AT + timedelta(minutes=1))) == "2026-05-02T13:00:00.000Z"
    frozen = engine(freeze=True)
    assert timestamp(frozen.answer(CALL, AT + timedelta(hours=5))) == "2026-06-01T12:00:00.000Z"


def test_every_way_in_is_answered_alike_and_kept() -> None:
    subject = engine()
    base = Request("GET", "http", "", 4480, "/amps/battery", headers=KEY, way="base")
    bodies = {reply.body for reply in (subject.answer(CALL, AT), subject.answer(base, AT)) if isinstance(reply, Reply)}
    assert len(bodies) == 1
    assert [(each.pack, each.route) for each in subject.sessions["default"].journal] == [("amps", "GET /battery")] * 2


def test_a_host_no_pack_owns_is_refused() -> None:
    subject = engine()
    reply = subject.answer(replace(CALL, host="weather.test"), AT)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.verdict) == (502, "refused")
    assert subject.sessions["default"].journal.refused == {"weather.test": 1}


@pytest.mark.parametrize(
    ("host", "owned", "passed"),
    [
        ("api.amps.ai", True, False),
        ("a.example.test", False, True),
        ("example.test", False, False),
        ("other.test", False, True),
    ],
)
def test_pass_globs_let_hosts_through_that_no_pack_owns(host: str, owned: bool, passed: bool) -> None:
    subject = engine(pass_=("*.example.test", "other.test"))
    assert (subject.owns(host), subject.passes(host)) == (owned, passed)


def test_sessions_are_apart() -> None:
    subject = engine()
    subject.answer(replace(CALL, headers=(*KEY, ("X-Sandbox-Session", "t1"))), AT)
    assert len(subject.sessions["t1"].journal) == 1
    assert len(subject.sessions["default"].journal) == 0


def test_a_bad_session_name_and_too_many_sessions_are_refused() -> None:
    subject = engine(limits=Limits(sessions=1))
    for name, status in (("a b", 400), ("fine", 503)):
        headers: Headers = (*KEY, ("X-Sandbox-Session", name))
        reply = subject.answer(replace(CALL, headers=headers), AT)
        assert isinstance(reply, Reply)
        assert (reply.status, reply.verdict) == (status, "refused")
    assert list(subject.sessions) == ["default"]


def test_sessions_may_go_by_credential() -> None:
    subject = engine(session_by="credential")
    for key in ("sk_test_a", "sk_test_b", "sk_test_a"):
        subject.answer(replace(CALL, headers=(("x-api-key", key),)), AT)
    assert sorted(len(session.journal) for session in subject.sessions.values()) == [0, 1, 2]
    assert not any("sk_test" in name for name in subject.sessions)


def test_what_the_proxy_settled_is_kept_too() -> None:
    subject = engine()
    request = replace(CALL, host="passed.test")
    subject.seen(Exchange(0, "", AT, AT, request, Forward()))
    assert subject.sessions["default"].journal.forwarded == {"passed.test": 1}


@pytest.mark.slow
def test_a_broken_pack_keeps_the_old_one_and_says_so(tmp_path: Path) -> None:
    from replaysandbox.files.places import PROFILES

    folder = tmp_path / "amps"
    (folder / "templates").mkdir(parents=True)
    for path in (PROFILES / "amps").rglob("*.*"):
        (folder / path.relative_to(PROFILES / "amps")).write_text(path.read_text())
    subject = Engine.load(Settings(pack=("amps",), pack_dir=(tmp_path,)), AT)
    good = subject.answer(CALL, AT)
    text = (folder / "pack.yaml").read_text()
    (folder / "pack.yaml").write_text(text.replace("title:", "titel:"))
    asyncio.run(subject.reload())
    assert any("unknown key 'titel'" in problem for problem in subject.problems)
    assert subject.answer(CALL, AT) == good
    (folder / "pack.yaml").write_text(text.replace("GET /battery,", "GET /batteries,"))
    asyncio.run(subject.reload())
    assert subject.problems == ()
    changed = subject.answer(CALL, AT)
    assert isinstance(changed, Reply)
    assert changed.verdict == "miss"


def test_misses_and_refused_hosts_are_said_once_in_the_words_of_their_answer() -> None:
    subject, said = engine(), list[str]()
    subject.say = said.append
    reply = subject.answer(replace(CALL, path="/baterry", query="key=secret"), AT)
    subject.answer(replace(CALL, path="/baterry", query="key=secret"), AT)
    for _ in range(2):
        subject.answer(replace(CALL, host="weather.test"), AT)
    assert len(said) == 2
    assert isinstance(reply, Reply)
    assert said[0].splitlines()[1:] == json.loads(reply.body)["sandbox"]["message"].splitlines()[1:]
    assert "secret" not in said[0]
    assert said[1] == "weather.test was refused; to let it through: --pass weather.test"


@pytest.mark.slow
def test_what_was_half_saved_is_not_taken() -> None:
    subject = engine()
    before = subject.loaded
    asyncio.run(subject.reload(lambda: False))
    assert subject.loaded is before
    asyncio.run(subject.reload())
    assert subject.loaded is not before


def test_a_host_that_is_not_reached_is_said_once_for_each_reason() -> None:
    subject, said = engine(), list[str]()
    subject.say = said.append
    for _ in range(2):
        subject.unreached("a.test", "Connection refused")
    assert said == ["a.test was not reached: Connection refused"]
    assert subject.sessions["default"].journal.unreached == {("a.test", "Connection refused"): 2}
