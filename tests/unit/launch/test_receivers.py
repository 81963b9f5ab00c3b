from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.webhooks import Receiver, Signing
from replaysandbox.files.settings import Settings
from replaysandbox.launch.receivers import outside, receiver_problems, receivers, shown_url, webhook_secrets
from tests.unit.worlds import amps

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PACKS = amps().packs


def test_receivers_are_for_one_pack_or_all_and_each_once() -> None:
    urls = ("http://127.0.0.1:1/a?b=c", "amps=http://127.0.0.1:2", "http://127.0.0.1:1/a?b=c")
    assert receivers(Settings(webhook=urls)) == (
        Receiver("http://127.0.0.1:1/a?b=c"),
        Receiver("http://127.0.0.1:2", "amps"),
    )


def test_a_packs_own_secret_wins_then_that_for_all_then_the_installations(tmp_path: Path) -> None:
    def secret(*given: str) -> str:
        return webhook_secrets(Settings(webhook_secret=given), PACKS, tmp_path)["amps"]

    assert secret() == secret() != SECRET
    assert secret(SECRET) == SECRET
    assert secret(f"amps={SECRET}", "other") == SECRET
    assert secret("first", "last") == "last"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(webhook=("apms=http://127.0.0.1:1",)), "no loaded pack 'apms' sends webhooks"),
        (Settings(webhook_secret=("amps=short",)), "the secret for amps is not whsec_"),
        (Settings(webhook_secret=("short",)), "the secret for amps is not whsec_"),
    ],
)
def test_what_cannot_be_is_told(settings: Settings, reason: str) -> None:
    (problem,) = receiver_problems(settings, PACKS.values())
    assert reason in str(problem)


def test_a_vendors_own_hmac_takes_any_secret() -> None:
    webhooks = PACKS["amps"].webhooks
    assert webhooks is not None
    pack = replace(PACKS["amps"], webhooks=replace(webhooks, sign=Signing("hmac", header="X")))
    assert list(receiver_problems(Settings(webhook_secret=("amps=short", "any")), [pack])) == []


def test_only_other_machines_are_outside() -> None:
    urls = ["http://localhost:1", "http://app.localhost", "http://127.0.0.1", "http://[::1]:2", "https://hooks.test/a"]
    assert outside(urls) == ["hooks.test"]
    assert outside(["http://[bad", "http://hooks.test:port/"]) == ["", "hooks.test"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.test/a?token=1", "https://hooks.test/a"),
        ("https://me:s3cret@hooks.test/a", "https://hooks.test/a"),
        ("http://me:s3cret@127.0.0.1:9?b", "http://127.0.0.1:9"),
        ("", ""),
    ],
)
def test_nothing_secret_of_a_url_is_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown
