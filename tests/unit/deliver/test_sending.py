from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook

from replaysandbox.core.delivery import Delivery, new_delivery
from replaysandbox.core.webhooks import Challenge, Message, Receiver, Signing, WebhookEvent, Webhooks
from replaysandbox.deliver.sending import Result, Sender
from replaysandbox.render.render import compile_templates
from tests.unit.deliver.receiver import receiving

pytestmark = pytest.mark.slow  # real receivers

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = Message("msg_1", "default", "amps", "action_completed", "push.completed", AT, "d", body=b'{"a":1}')
STANDARD = Webhooks({"action_completed": (WebhookEvent("push.completed", "x.j2"),)}, Signing("standard", "svix"))
TEMPLATES = compile_templates({"challenge.j2": '{"challenge": {{ challenge }} }'})


def wall() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - receivers hold the timestamp against their own clock


def delivery_to(url: str, registered: str = "") -> Delivery:
    return new_delivery(MESSAGE, Receiver(url, id=registered), 1, wall())


def sent(
    url: str,
    webhooks: Webhooks | None = STANDARD,
    times: int = 1,
    own: Sequence[int] = (),
    names: Sequence[str] = ("127.0.0.1",),
    secret: str = SECRET,
) -> list[Result]:
    """Send so often, one after the other, with one sender."""

    async def look_up(host: str, port: int) -> Sequence[str]:
        return names

    async def send() -> list[Result]:
        voice = (webhooks, TEMPLATES) if webhooks else None
        sender = Sender(lambda pack: voice, {"amps": secret}, wall, lambda address, port: port in own, look_up)
        try:
            return [await sender.send(delivery_to(url)) for _ in range(times)]
        finally:
            await sender.close()

    return asyncio.run(send())


def test_what_is_sent_arrives_signed_each_attempt_anew() -> None:
    with receiving() as receiver:
        results = sent(receiver.url + "?a=1", times=2)
        assert [(result.delivered, result.attempt.status) for result in results] == [(True, 204)] * 2
        for path, headers, body in receiver.got:
            assert (path, body) == ("/hook?a=1", MESSAGE.body)
            Webhook(SECRET).verify(body, {name.replace("svix-", "webhook-"): value for name, value in headers.items()})


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_all_but_2xx_is_no_delivery(status: int) -> None:
    with receiving([status]) as receiver:
        (result,) = sent(receiver.url)
    assert (result.delivered, result.gone, result.attempt.status) == (False, False, status)
    assert f"answered {status}" in result.attempt.error


def test_410_wants_no_more() -> None:
    with receiving([410]) as receiver:
        assert sent(receiver.url)[0].gone


def test_a_redirect_is_not_followed() -> None:
    with receiving() as canary, receiving([(302, {"Location": canary.url}, b"")]) as receiver:
        (result,) = sent(receiver.url)
        assert canary.got == []
    assert "redirects are not followed" in result.attempt.error


@pytest.mark.parametrize(
    ("text", "least_s", "most_s"),
    [
        ("7", 7.0, 7.0),
        ("999999999", 86_400.0, 86_400.0),
        ("soon", 0.0, 0.0),
        ("-1", 0.0, 0.0),
        (timedelta(minutes=10), 500.0, 600.0),
        (timedelta(minutes=-10), 0.0, 0.0),
    ],
    ids=["seconds", "too long", "no number", "negative", "a date", "a date that is over"],
)
def test_retry_after_is_read_as_seconds_or_date(text: str | timedelta, least_s: float, most_s: float) -> None:
    text = text if isinstance(text, str) else format_datetime(wall() + text, usegmt=True)
    with receiving([(503, {"Retry-After": text}, b"")]) as receiver:
        (result,) = sent(receiver.url)
    assert least_s <= result.retry_after_s <= most_s


def test_a_closed_port_is_a_failure_that_says_so() -> None:
    with receiving() as receiver:
        url = receiver.url
    (result,) = sent(url)
    assert (result.delivered, result.attempt.status) == (False, None)
    assert "connect" in result.attempt.error.lower()


def test_a_receiver_that_does_not_answer_is_given_up() -> None:
    with receiving(held=True) as receiver:
        (result,) = sent(receiver.url, Webhooks(STANDARD.events, STANDARD.sign, timeout_s=0.2))
    assert result.attempt.error == "no answer within 0.2 s"
    assert result.attempt.took_ms < 2_000


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/", "http://0/"])
def test_what_must_not_be_dialled_is_not(url: str) -> None:
    (result,) = sent(url)
    assert (result.delivered, result.attempt.status) == (False, None)
    assert result.attempt.error


def test_a_name_that_is_pointed_at_this_machine_reaches_nothing_here() -> None:
    with receiving() as canary:
        (result,) = sent(f"http://hooks.example.com:{canary.port}/hook")
        assert canary.got == []
    assert "this machine" in result.attempt.error


def test_the_address_that_was_checked_is_dialled_though_the_name_leads_elsewhere_then() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    async def send(url: str) -> Result:
        sender = Sender(lambda pack: (STANDARD, TEMPLATES), {"amps": SECRET}, wall, look_up=rebinding)
        try:
            return await sender.send(delivery_to(url))
        finally:
            await sender.close()

    with receiving() as receiver:
        assert asyncio.run(send(f"http://app.localhost:{receiver.port}/hook")).delivered
    assert asked == ["app.localhost"]


def test_our_own_port_is_never_sent_anything() -> None:
    with receiving() as receiver:
        (result,) = sent(receiver.url, own=[receiver.port])
        assert receiver.got == []
    assert "own port" in result.attempt.error
    assert not result.sent


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as canary, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
        assert sent(receiver.url)[0].delivered
        assert canary.got == []


def test_a_pack_that_tells_nothing_any_more_sends_nothing() -> None:
    (result,) = sent("http://127.0.0.1:1", None)
    assert "tells no events" in result.attempt.error
    assert not result.sent


def test_a_delivery_that_breaks_us_is_told_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    first, second = sent("http://127.0.0.1:1", times=2, secret="")
    assert first.attempt.error == second.attempt.error
    assert first.attempt.error.startswith("the sandbox broke on it: ")
    assert "Traceback" in caplog.text


HMAC = Webhooks(
    STANDARD.events, Signing("hmac", header="SC-Signature"), challenge=Challenge("challenge.j2", "challenge.answer")
)
"""As Smartcar does."""


def _answer(challenge: str, secret: str) -> bytes:
    digest = hmac.new(secret.encode(), challenge.encode(), hashlib.sha256).hexdigest()
    return json.dumps({"challenge": {"answer": digest}}).encode()


def test_a_receiver_is_challenged_once_and_must_know_the_secret() -> None:
    with receiving([500]) as receiver:
        (refused,) = sent(receiver.url, HMAC, secret="mine")
        assert not refused.delivered
        assert "challenge" in refused.attempt.error
        asked = json.loads(receiver.got[0][2])["challenge"]
        receiver.got.clear()
        receiver.answers = [(200, {}, _answer(asked, "mine"))]
        assert [each.delivered for each in sent(receiver.url, HMAC, times=2, secret="mine")] == [True, True]
        assert [body for _, _, body in receiver.got[1:]] == [MESSAGE.body] * 2
        receiver.answers = [(200, {}, _answer(asked, "another's"))]
        assert not sent(receiver.url, HMAC, secret="mine")[0].delivered


ENODE = Webhooks(
    STANDARD.events,
    Signing("hmac", algorithm="sha1", header="X-Enode-Signature", value="sha1={signature}"),
    headers=(("X-Enode-Delivery", "{uuid}"),),
)


def test_a_registered_receiver_has_a_secret_and_a_header_field_of_its_own() -> None:
    async def send(url: str, found: Receiver | str) -> Result:
        sender = Sender(lambda pack: (ENODE, TEMPLATES), {"amps": "the pack's"}, wall, registered=lambda each: found)
        try:
            return await sender.send(delivery_to(url, "whk_1"))
        finally:
            await sender.close()

    with receiving() as receiver:
        known = Receiver(receiver.url, "amps", "whk_1", "mine", headers=(("X-Api-Key", "let me in"),))
        assert asyncio.run(send(receiver.url, known)).delivered
        gone = asyncio.run(send(receiver.url, "it was deleted"))
        ((_, headers, body),) = receiver.got
    digest = hmac.new(b"mine", body, hashlib.sha1).hexdigest()
    assert (headers["X-Enode-Signature"], headers["X-Api-Key"]) == (f"sha1={digest}", "let me in")
    assert headers["X-Enode-Delivery"] == MESSAGE.uuid
    assert (gone.final, gone.attempt.error) == (True, "it was deleted")
