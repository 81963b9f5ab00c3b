import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.exchange import Exchange, Reply, Request
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.journaling import journaling
from replaysandbox.launch.loading import Start
from tests.unit.worlds import AT, KEY, amps

CALL = Request("GET", "https", "api.amps.ai", 443, "/battery", headers=KEY)


@pytest.fixture
def file(tmp_path: Path, own_home: Path) -> Path:
    return tmp_path / "journal.jsonl"


def engine(file: Path) -> Engine:
    return Engine(Settings(pack=("amps",), journal=file), Start(amps(), AT), AT)


def entries(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_each_exchange_is_a_line_as_it_happens_of_every_session_also_after_a_new_beginning(file: Path) -> None:
    subject = engine(file)
    with journaling(subject, pytest.fail):
        subject.answer(CALL, AT)
        assert [each["route"] for each in entries(file)] == ["GET /battery"]
        subject.answer(replace(CALL, headers=(*KEY, ("X-Sandbox-Session", "t1"))), AT)
        subject.seen(Exchange(0, "", AT, AT, replace(CALL, host="other.test"), Reply(502, verdict="refused")))
        subject.begin(subject.settings, Start(amps(), AT), AT)
        subject.answer(CALL, AT)
    subject.answer(CALL, AT)
    seen = [(each["session"], each["number"], each["verdict"]) for each in entries(file)]
    assert seen == [
        ("default", 1, "simulate"),
        ("t1", 1, "simulate"),
        ("default", 2, "refused"),
        ("default", 3, "simulate"),
    ]


def test_no_secret_of_a_request_is_written(file: Path) -> None:
    subject = engine(file)
    secret, seen_in_header = "s3cretValue77", "k3yOfTheHeader99"
    with journaling(subject, pytest.fail):
        for _ in range(2):  # remembered, too
            path = f"/battery/token/{secret}/{seen_in_header}"
            subject.answer(
                replace(CALL, path=path, query=f"api_key={secret}", headers=(("x-api-key", seen_in_header),)), AT
            )
        body = b'{"password": "pa55wordInBody"}'
        subject.answer(replace(CALL, method="POST", path="/x/pa55wordInBody", body=body), AT)
    text = file.read_text("utf-8")
    assert len(entries(file)) == 3
    assert not [each for each in (secret, seen_in_header, "pa55wordInBody") if each in text]


def test_a_text_that_quotes_a_secret_is_covered_where_it_quotes_it(file: Path) -> None:
    subject = engine(file)
    secret = "Zx81kQ0pLm27vB5n"
    with journaling(subject, pytest.fail):
        subject.answer(replace(CALL, path=f"/{secret}/x", headers=(("x-api-key", secret),)), AT)
    (entry,) = entries(file)
    assert entry["near"]
    assert secret not in json.dumps(entry)


def test_a_journal_is_gone_on_with_and_anything_else_left_alone(file: Path) -> None:
    for _ in range(2):
        with journaling(subject := engine(file), pytest.fail):
            subject.answer(CALL, AT)
        with file.open("a") as cut:
            cut.write('{"number":7,"sess')
    with journaling(engine(file), pytest.fail):
        pass
    assert [each["number"] for each in entries(file)] == [1, 1]
    file.write_text('{"format": "replaysandbox-capture"}\n')
    with pytest.raises(SandboxError, match="is no journal"), journaling(engine(file), pytest.fail):
        pass


def test_a_full_disk_is_told_once_and_calls_go_on(file: Path) -> None:
    said: list[str] = []
    subject = engine(file)
    with journaling(subject, said.append) as made:
        subject.answer(CALL, AT)
        assert made is not None
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, made._lines._descriptor)
        os.close(full)
        for _ in range(3):
            reply = subject.answer(CALL, AT)
            assert isinstance(reply, Reply)
            assert reply.status == 200
    assert len(said) == 1
    assert "No space left" in said[0]
    assert "first 1 call of" in said[0]


def test_a_line_is_one_line_whatever_was_asked(file: Path) -> None:
    subject = engine(file)
    with journaling(subject, pytest.fail):
        subject.answer(replace(CALL, path="/battery/\u2028\x85\n"), AT)
    assert len(file.read_bytes().splitlines()) == len(entries(file)) == 1


def test_a_large_body_is_not_looked_into_and_what_cannot_be_noted_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    subject = engine(file)
    with journaling(subject, said.append):
        subject.answer(replace(CALL, method="POST", path="/x", body=b"[" + b"1," * 500_000 + b"1]"), AT)
        monkeypatch.setattr("replaysandbox.launch.journaling.violations_view", lambda exchange, checkers: 1 / 0)
        reply = subject.answer(CALL, AT)
        monkeypatch.undo()
        subject.answer(CALL, AT)
    assert isinstance(reply, Reply)
    assert reply.status == 200
    assert [each["number"] for each in entries(file)] == [1, 3]
    assert said == ["call 2 is not in the journal's file: it could not be noted (ZeroDivisionError)"]
