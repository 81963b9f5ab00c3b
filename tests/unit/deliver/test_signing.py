from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from replaysandbox.core.webhooks import Message, Signing, WebhookEvent, Webhooks
from replaysandbox.deliver.signing import signed_headers, well_formed

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENTS = {"action_completed": WebhookEvent("push.completed", "x.j2")}
MESSAGE = Message("msg_1", "default", "amps", "action_completed", "push.completed", AT, "d", body='{"a":"é"}'.encode())


def headers(sign: Signing, secret: str = SECRET, wall: datetime | None = None, **more: str) -> dict[str, str]:
    webhooks = Webhooks(EVENTS, sign, headers=tuple(more.items()))  # type: ignore[arg-type]
    return dict(signed_headers(webhooks, MESSAGE, secret, wall or datetime.now(UTC)))  # noqa: TID251 - verifiers read it


def plain(found: dict[str, str]) -> dict[str, str]:
    return {name.replace("svix-", "webhook-"): value for name, value in found.items()}


@pytest.mark.parametrize("begin", ["svix", "webhook"])
def test_the_standards_library_verifies_what_is_signed_by_the_standard(begin: str) -> None:
    found = headers(Signing("standard", headers=begin))
    assert found["Content-Type"] == "application/json"
    assert f"{begin}-signature" in found
    assert Webhook(SECRET).verify(MESSAGE.body, plain(found)) == {"a": "é"}


@pytest.mark.slow  # svix takes its time to import
@pytest.mark.parametrize("begin", ["svix", "webhook"])
def test_svix_verifies_what_is_signed_by_the_standard(begin: str) -> None:
    from svix.webhooks import Webhook as Svix

    found = headers(Signing("standard", headers=begin))
    Svix(SECRET).verify(MESSAGE.body, found)
    with pytest.raises(Exception, match="No matching signature"):
        Svix(SECRET).verify(b"other", found)


@pytest.mark.parametrize("change", [{"svix-id": "msg_2"}, {"svix-timestamp": "1"}, {"svix-signature": "v1,AAAA"}])
def test_a_changed_field_is_not_verified(change: dict[str, str]) -> None:
    found = headers(Signing("standard", headers="svix")) | change
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(MESSAGE.body, plain(found))


def test_the_standards_own_vector() -> None:
    """Source: Standard Webhooks, specification, example of a signature, 2023."""
    body = b'{"test": 2432232314}'
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "", "", "action_completed", "", AT, "", body=body)
    wall = datetime.fromtimestamp(1614265330, UTC)
    found = dict(signed_headers(Webhooks({}, Signing("standard")), message, SECRET, wall))
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_vendors_own_hmac_of_the_body() -> None:
    """Enode's: hex HMAC-SHA1 over the body, behind `sha1=`."""
    sign = Signing("hmac", algorithm="sha1", header="X-Enode-Signature", value="sha1={signature}")
    wanted = hmac.new(b"mine", MESSAGE.body, hashlib.sha1).hexdigest()
    assert headers(sign, "mine")["X-Enode-Signature"] == f"sha1={wanted}"


def test_a_vendors_own_hmac_with_a_timestamp() -> None:
    sign = Signing(
        "hmac", encoding="base64", over="{timestamp}.{body}", header="S", value="t={timestamp},v1={signature}"
    )
    found = headers(sign, "mine", AT, **{"X-Id": "{id}/{event}", "Content-Type": "application/x-json"})
    digest = hmac.new(b"mine", f"{int(AT.timestamp())}.".encode() + MESSAGE.body, hashlib.sha256).digest()
    assert found["S"].startswith(f"t={int(AT.timestamp())},v1=")
    assert found["S"].endswith(__import__("base64").b64encode(digest).decode())
    assert (found["X-Id"], found["Content-Type"]) == ("msg_1/push.completed", "application/x-json")


def test_unsigned_is_unsigned() -> None:
    assert set(headers(Signing())) == {"Content-Type", "User-Agent"}


@pytest.mark.parametrize(
    ("scheme", "secret", "fine"),
    [
        ("standard", SECRET, True),
        ("standard", SECRET.removeprefix("whsec_"), True),
        ("standard", "whsec_c2hvcnQ=", False),
        ("standard", "whsec_***", False),
        ("hmac", "x", True),
        ("hmac", "", False),
    ],
)
def test_a_secret_fits_its_scheme(scheme: str, secret: str, *, fine: bool) -> None:
    assert well_formed(Signing(scheme), secret) is fine  # type: ignore[arg-type]
