"""Each pack's probe, answered by another fleet of the same pack as its live API would."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.asking.calls import Caller, token_in, token_requests
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.packs import pack_folders
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.probing import EACH, Plan, Question, _is_read, value_of
from tests.unit.exercised import START

AT = START + timedelta(days=3, hours=1)


@cache
def fleet(name: str, seed: int) -> Loaded:
    return load_all(Settings(pack=(name,), seed=seed, homes=4), START).loaded


def said(live: Loaded, request: Request) -> Reply:
    reply = answer(request, live, Session(), AT).outcome
    assert isinstance(reply, Reply)
    return reply


def probed(name: str, caller: Caller | None = None) -> tuple[Plan, list[tuple[Question, int]]]:
    live, ours = fleet(name, 1234), fleet(name, 7)
    plan = Plan(ours, ours.packs[name], caller or Caller(ours.packs[name].example_key), AT)
    asked: list[tuple[Question, int]] = []
    body = None
    questions = plan.questions()
    while True:
        try:
            question = questions.send(body)
        except StopIteration:
            return plan, asked
        reply = said(live, question.request)
        asked.append((question, reply.status))
        body = value_of(reply.body) if reply.status < 300 else None


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(pack_folders()))
def test_every_read_is_asked_for_a_few_ids_that_lists_told(name: str) -> None:
    plan, asked = probed(name)
    reads = {route.name for route in plan.pack.routes if route.method == "GET" and _is_read(route)}
    of_writes = {route.name for route in plan.pack.routes if route.operation in ("read_action", "read_record")}
    assert {question.route.name for question, _ in asked} | of_writes == reads
    assert set(plan.unasked) <= of_writes  # nobody has written anything yet
    assert {question.request.method for question, _ in asked} == {"GET"}
    wrong = [
        (question.request.url, status) for question, status in asked if status not in (200, 204, 501)
    ]  # 501: the car cannot
    assert wrong == []
    for route in plan.pack.routes:
        assert sum(question.route is route for question, _ in asked) <= EACH


@pytest.mark.parametrize("name", ["enode", "tesla"])
def test_a_token_that_was_got_from_the_live_api_opens_it(name: str) -> None:
    live, ours = fleet(name, 1234), fleet(name, 7)
    client = Caller("", "my-client", "my-secret")
    tokens = [
        token_in(said(live, request).body) for _, request in token_requests(ours.router, ours.packs[name], client)
    ]
    token = next(filter(None, tokens))
    assert {status for _, status in probed(name, Caller(token))[1]} <= {200, 204}


def test_ids_of_members_that_are_no_devices_come_from_the_list_above() -> None:
    plan = Plan(fleet("amps", 7), fleet("amps", 7).packs["amps"], Caller("sk_test_demo"), AT)
    told: dict[str, Any] = {"/actions": {"data": {"items": [{"id": "act_1"}, {"id": "act_2"}]}}}
    questions = plan.questions()
    paths, body = [], None
    try:
        while True:
            question = questions.send(body)
            paths.append(question.request.path)
            body = told.get(question.request.path)
    except StopIteration:
        pass
    assert paths[-2:] == ["/actions/act_1", "/actions/act_2"]
    assert "GET /battery/{id}" in plan.unasked


def test_what_is_no_json_has_no_value() -> None:
    assert (value_of(b"<html>"), value_of(b"[1]")) == (None, [1])
