from __future__ import annotations

import json
import shutil

import pytest

from replaysandbox.cli.demo import clients, pretty, shown_command


def test_only_clients_of_this_machine_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert [name for name, _ in clients()] == ["Python, urllib"]
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert [name for name, _ in clients()] == ["curl", "Python, urllib", "Node, fetch"]


def test_programs_given_as_text_are_shown_as_programs() -> None:
    assert shown_command("curl", ["curl", "-s", "a b"]) == "curl -s 'a b'"
    assert shown_command("Python", ["/venv/bin/python", "-c", "one\ntwo"]) == "python -c …   # Python\n    one\n    two"


def test_answers_are_laid_out_and_cut() -> None:
    assert pretty('{"a": 1}') == '{"a": 1}'
    assert pretty("no JSON\n") == "no JSON"
    assert pretty(json.dumps(list(range(200))), most=3).splitlines() == ["[", "  0,", "  1,", "…"]


def test_an_answer_of_our_own_is_told_by_its_message() -> None:
    assert (
        pretty(json.dumps({"sandbox": {"error": "no_route", "message": "No route.\n  near: x"}}))
        == "No route.\n  near: x"
    )
