from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.webhooks import Challenge, Registered, Signing, WebhookEvent
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

EVENTS = "webhooks:\n  events: {action_completed: {name: done, template: event.json.j2}}\n"
HOOK_TEMPLATES = {**TEMPLATES, "event.json.j2": '{"id": {{ event.id }} }', "ask.json.j2": '{"q": {{ challenge }} }'}


def read(tmp_path: Path, more: str = "") -> object:
    return read_pack(write_pack(tmp_path / "mine", PACK + EVENTS + more, HOOK_TEMPLATES)).webhooks


def test_no_webhooks_are_none(tmp_path: Path) -> None:
    assert read_pack(write_pack(tmp_path / "mine")).webhooks is None


def test_events_alone_are_enough(tmp_path: Path) -> None:
    webhooks = read_pack(write_pack(tmp_path / "mine", PACK + EVENTS, HOOK_TEMPLATES)).webhooks
    assert webhooks is not None
    assert webhooks.events == {"action_completed": (WebhookEvent("done", "event.json.j2"),)}
    assert (webhooks.sign, webhooks.challenge, webhooks.timeout_s) == (Signing(), None, 15.0)


def test_all_words_are_read(tmp_path: Path) -> None:
    more = """  sign:
    {scheme: hmac, algorithm: sha1, header: X-Sig, over: "{timestamp}.{body}", value: "sha1={signature}"}
  headers: {X-Id: "{id}"}
  challenge: {template: ask.json.j2, answer: a.b}
  timeout_s: 5
"""
    webhooks = read_pack(write_pack(tmp_path / "mine", PACK + EVENTS + more, HOOK_TEMPLATES)).webhooks
    assert webhooks is not None
    assert webhooks.sign == Signing(
        "hmac", algorithm="sha1", header="X-Sig", over="{timestamp}.{body}", value="sha1={signature}"
    )
    assert (webhooks.headers, webhooks.timeout_s) == ((("X-Id", "{id}"),), 5.0)
    assert webhooks.challenge == Challenge("ask.json.j2", "a.b")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("  sign: {scheme: standard, header: X}\n", "goes with the scheme hmac, not with standard"),
        ("  sign: {scheme: none, headers: svix}\n", "goes with the scheme standard, not with none"),
        ("  sign: {scheme: hmac}\n", "needs the key 'header'"),
        ("  sign: {scheme: hmac, header: X, over: plain}\n", "over"),
        ("  sign: {scheme: hmac, header: X, over: '{stamp}{body}'}\n", "nothing is called 'stamp' here"),
        ("  headers: {X: '{bdy}'}\n", "nothing is called 'bdy' here"),
        ("  challenge: {template: ask.json.j2, answer: a}\n", "needs the scheme hmac"),
        ("  challenge: {template: aks.json.j2, answer: a}\n", "there is no template 'aks.json.j2'"),
        ("  sing: {scheme: none}\n", "sing"),
        ("  receivers: {collection: hooks, url: url}\n", "there is no collection 'hooks'"),
        ("  timeout_s: 0\n", "timeout_s"),
    ],
)
def test_what_does_not_go_together_is_told_with_its_line(tmp_path: Path, more: str, reason: str) -> None:
    with pytest.raises(SandboxError) as caught:
        read(tmp_path, more)
    assert any(reason in str(problem) and problem.line > 25 for problem in caught.value.problems), str(caught.value)


def test_an_event_may_be_told_several_times_and_receivers_be_registered(tmp_path: Path) -> None:
    text = """collections: {hooks: {}, tests: {}}
webhooks:
  events:
    device_changed:
      - {name: "car:changed", template: event.json.j2, family: vehicle}
      - {name: "thing:changed", template: event.json.j2, family: [battery, hvac], by: [command, hand]}
    record_written: {name: test, template: event.json.j2, collection: tests, to: record}
  receivers: {collection: hooks, url: to.url, secret: key, events: events, header: {name: h.n, value: h.v}}
  retry_s: [25, 50]
"""
    webhooks = read_pack(write_pack(tmp_path / "mine", PACK + text, HOOK_TEMPLATES)).webhooks
    assert webhooks is not None
    assert [each.family for each in webhooks.events["device_changed"]] == [("vehicle",), ("battery", "hvac")]
    assert [each.by for each in webhooks.events["device_changed"]] == [(), ("command", "hand")]
    assert webhooks.registered == Registered("hooks", "to.url", "key", "events", "h.n", "h.v")
    assert webhooks.retry_s == (25.0, 50.0)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("record_written: {name: a, template: event.json.j2}", "goes with the key 'collection'"),
        ("action_failed: {name: a, template: event.json.j2, collection: c}", "goes with the key 'collection'"),
        ("action_failed: [{name: a, template: evnt.json.j2}]", "there is no template 'evnt.json.j2'"),
        ("record_written: {name: a, template: event.json.j2, collection: d}", "there is no collection 'd'"),
        ("action_failed: {name: a, template: event.json.j2, to: record}", "needs 'receivers'"),
        ("action_failed: {name: a, template: event.json.j2, by: hand}", "goes with device_changed alone"),
    ],
)
def test_events_that_lead_nowhere_are_told(tmp_path: Path, event: str, reason: str) -> None:
    text = f"{PACK}collections: {{c: {{}}}}\nwebhooks:\n  events:\n    {event}\n"
    with pytest.raises(SandboxError, match=reason):
        read_pack(write_pack(tmp_path / "mine", text, HOOK_TEMPLATES))
