from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from replaysandbox.core.exchange import Reply, Request
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.loading import Start
from replaysandbox.launch.replaying import Replaying, ReplayWish, replaying
from replaysandbox.redact.redactor import Redactor
from tests.unit.files.recorded import HEADER, STARTED, recorded
from tests.unit.worlds import AT, KEY, amps

ASKED = Request("GET", "https", "api.amps.ai", 443, "/battery", headers=(("X-Sandbox-Session", "a"),))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "day.capture"
    with open_writer(file, HEADER) as writer:
        writer.append(recorded(body=b"1"))
        writer.append(recorded(body=b"\xff" * 300_000))
    return file


@contextmanager
def opened(file: Path, **wish: object) -> Iterator[Replaying]:
    with replaying(ReplayWish(file, **wish), [], None, STARTED) as script:  # type: ignore[arg-type]
        yield script


def body(outcome: object) -> bytes:
    assert isinstance(outcome, Reply)
    return outcome.body


@pytest.mark.usefixtures("own_home")
def test_sessions_take_their_own_turns_and_can_begin_anew(file: Path) -> None:
    with opened(file) as script:
        assert (script.count, script.hosts) == (2, ("api.amps.ai",))
        assert body(script.answer(ASKED, "a").outcome) == b"1"
        assert len(body(script.answer(ASKED, "a").outcome)) == 300_000
        assert body(script.answer(ASKED, "b").outcome) == b"1"
        script.forget("a")
        assert body(script.explain(ASKED).outcome) == b"1"
        assert body(script.answer(ASKED, "a").outcome) == b"1"


@pytest.mark.usefixtures("own_home")
def test_a_body_that_is_gone_is_said(file: Path) -> None:
    for each in file.with_name("day.capture.bodies").iterdir():
        each.unlink()
    with opened(file) as script:
        script.answer(ASKED, "a")
        outcome = script.answer(ASKED, "a").outcome
        assert b"line 3: " in body(outcome)
        assert outcome.verdict == "miss"


@pytest.mark.usefixtures("own_home")
def test_lines_that_cannot_be_replayed_are_left_out_and_said(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b'{"cut')
    with opened(file) as script:
        assert script.count == 2
        assert ":4: is left out" in script.left_out[0]


@pytest.mark.usefixtures("own_home")
def test_real_secrets_find_their_pseudonyms_where_the_key_is(tmp_path: Path) -> None:
    redactor = Redactor(redaction_key(None))
    file = tmp_path / "it.capture"
    vins = ("5YJ3E1EA7KF000316", "5YJ3E1EA5KF000315")
    with open_writer(file, HEADER) as writer:
        for vin in vins:
            writer.append(redactor.exchange(recorded("/vehicle", query=f"vin={vin}", body=vin[-3:].encode())))
    with opened(file) as script:
        found = [script.answer(replace(ASKED, path="/vehicle", query=f"vin={vin}"), "a") for vin in vins]
    assert [each.number for each in found] == [0, 1]
    assert all(vin not in file.read_text() for vin in vins)


@pytest.mark.usefixtures("own_home")
def test_an_engine_answers_from_it(file: Path) -> None:
    engine = Engine(Settings(pack=("amps",), on_miss="simulate"), Start(amps(), AT), AT)
    with opened(file) as script:
        engine.replaying, engine.mode = script, "replay"
        assert "api.amps.ai" in engine.hosts
        answers = [engine.answer(ASKED, AT) for _ in range(2)]
        engine.reset("a")
        answers.append(engine.answer(ASKED, AT))
        base = Request("GET", "http", "", 4480, "/amps/battery", way="base")
        named = replace(base, path="/api.amps.ai/battery")
        assert [len(body(each)) for each in answers] == [1, 300_000, 1]
        assert [engine.answer(each, AT).verdict for each in (base, named)] == ["replay", "replay"]
        assert engine.answer(replace(ASKED, path="/vehicle", headers=KEY), AT).verdict == "simulate"


@pytest.mark.usefixtures("own_home")
def test_time_begins_with_the_first_exchange(file: Path) -> None:
    with replaying(ReplayWish(file, shift=True), [], None, STARTED + timedelta(days=1)) as script:
        assert script._shift is not None
        assert script._shift.by == timedelta(days=1)
