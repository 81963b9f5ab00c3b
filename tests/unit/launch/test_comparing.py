from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace

import pytest

from replaysandbox.answer import answer
from replaysandbox.core.capture import Failure, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.seen import LARGEST
from replaysandbox.launch.comparing import Comparing
from replaysandbox.redact.redactor import Redactor
from tests.unit.exercised import PACK, START, loaded
from tests.unit.redact.made import KEY

HOST = PACK.hosts[0]


def comparing(said: list[str]) -> Comparing:
    return Comparing(loaded(), Redactor(KEY), lambda _session, wall: wall, said.append)


def listed(old: bytes = b"", new: bytes = b"", *, coding: bool = False) -> Recorded:
    """Let the sandbox play the live API: its list of batteries, with some bytes changed."""
    headers = (("x-api-key", "sk_test_demo"),)
    reply = answer(Request("GET", "https", HOST, 443, "/battery", "", headers), loaded(), Session(), START).outcome
    assert isinstance(reply, Reply)
    body = reply.body.replace(old, new) if old else reply.body
    fields = reply.headers
    if coding:
        body, fields = gzip.compress(body), (*fields, ("Content-Encoding", "gzip"))
    asked = RecordedRequest("GET", "https", HOST, 443, "/battery", "", headers)
    return Recorded(START, asked, RecordedResponse(200, fields, body))


@pytest.mark.parametrize("coding", [False, True])
def test_live_that_agrees_gives_no_finding_and_is_counted(coding: bool) -> None:
    said: list[str] = []
    counts: list[tuple[int, Counter[str]]] = []
    made = comparing(said)
    made.told = lambda count, grades: counts.append((count, grades))
    made.keep(listed(coding=coding))
    report = made.report()
    assert (report.verb, report.findings, report.exchanges) == ("compare", (), 1)
    assert [(each.operation, each.verdict) for each in report.verdicts if each.exchanges] == [
        ("listBatteries", "agree")
    ]
    assert counts == [(1, Counter())]
    assert said == []


def test_what_the_live_api_changes_and_what_the_app_breaks_are_told_apart() -> None:
    made = comparing([])
    made.keep(listed(b'"level":', b'"lvl":'))
    bad = listed()
    made.keep(replace(bad, request=replace(bad.request, query="limit=many")))
    rules = {(each.rule, each.pointer) for each in made.report().findings}
    assert ("request", "query limit") in rules
    assert ("drift-shape", "/data/items/*/state") in rules


def test_no_secret_of_an_exchange_is_in_a_finding() -> None:
    made = comparing([])
    secret = listed(b'"level":', b'"token":"cnry5f0c9a77","level":"cnry5f0c9a77","was":')
    made.keep(secret)
    told = json.dumps([each.line + each.seen + each.first.exchange for each in made.report().findings])
    assert "level" in told
    assert "cnry5f0c9a77" not in told


def test_what_was_not_answered_or_cannot_be_read_is_noted() -> None:
    made = comparing([])
    made.keep(replace(listed(), response=None, failure=Failure("tls", "no")))
    large = made.body(())
    for _ in range(LARGEST // (1 << 20) + 1):
        large.feed(bytes(1 << 20))
    response = replace(RecordedResponse(200), body=large.end())
    made.keep(replace(listed(), response=response))
    assert made.report().notes == (
        f"1 call not answered by {HOST}: tls",
        "1 exchange with a body too large, or that cannot be unpacked",
    )
    small = made.body(())
    small.feed(b"a")
    small.feed(b"b")
    assert small.end() == b"ab"


def test_an_exchange_that_breaks_us_is_told_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def broken(*_: object) -> None:
        raise RuntimeError("about cnry5f0c9a77")

    made = comparing(said)
    monkeypatch.setattr(Redactor, "exchange", broken)
    made.keep(listed())
    assert said == ["an exchange was not compared (RuntimeError)"]


def test_a_body_that_becomes_longer_than_is_allowed_is_said_and_not_looked_into() -> None:
    made = Comparing(loaded(), Redactor(KEY), lambda _session, wall: wall, print, most=100)
    made.keep(listed(coding=True))
    assert made.report().notes[-1] == "1 exchange with a body too large, or that cannot be unpacked"
