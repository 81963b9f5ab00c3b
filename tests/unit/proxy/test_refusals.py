from __future__ import annotations

import json
from typing import Any

import pytest

from replaysandbox.core.exchange import Reply, header
from replaysandbox.proxy import refusals

ALL = [
    refusals.closed_reply(),
    refusals.failure_reply(ValueError("broken")),
    refusals.password_reply(),
    refusals.names_reply({"b.example", "a.example"}),
    refusals.websocket_reply("api.amps.ai"),
    refusals.unreachable_reply("pass.example", "it is down"),
    *(refusals.protocol_reply(status) for status in (400, 408, 413, 431, 500, 502, 503, 505)),
]


def told(reply: Reply) -> Any:
    return json.loads(reply.body)["sandbox"]


@pytest.mark.parametrize("reply", ALL, ids=lambda reply: told(reply)["error"])
def test_each_is_clear_json(reply: Reply) -> None:
    assert reply.status >= 400
    assert reply.verdict in ("miss", "refused")
    assert (header(reply.headers, "content-type") or "").startswith("application/json")
    assert told(reply)["message"].endswith((".", ")", "down"))


def test_a_failure_names_the_exception() -> None:
    assert "ValueError: broken" in told(refusals.failure_reply(ValueError("broken")))["message"]


def test_names_are_told_in_order() -> None:
    assert told(refusals.names_reply({"b", "a"}))["hosts"] == ["a", "b"]


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        ("", "The request cannot be understood."),
        ("Bad HTTP request line: b'x'", "The request cannot be understood: Bad HTTP request line: b'x'."),
        (
            (
                "Received multiple content-length headers from client, refusing to prevent request smuggling "
                "attacks. Disable the validate_inbound_headers option to skip this security check."
            ),
            "The request cannot be understood: multiple content-length headers from client.",
        ),
        ("mitmproxy received an HTTP CONNECT request even though", "The request cannot be understood."),
    ],
)
def test_mitmproxys_words_without_its_advice(detail: str, message: str) -> None:
    assert told(refusals.protocol_reply(400, detail))["message"] == message


def test_a_certificate_nobody_signed_that_we_know_is_told_with_the_option() -> None:
    message = told(refusals.protocol_reply(502, "Certificate verify failed: self-signed certificate"))["message"]
    assert message.startswith("The host was not reached: Certificate verify failed: self-signed certificate. ")
    assert "--upstream-ca FILE" in message
