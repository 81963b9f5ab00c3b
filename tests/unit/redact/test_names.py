from __future__ import annotations

import pytest

from replaysandbox.redact.names import is_neutral, is_plain_word, meaning, words_of
from tests.unit.kept import kept_bytes


@pytest.mark.parametrize("name", ["accessToken", "access_token", "Access-Token", "ACCESS_TOKEN", "accesstoken"])
def test_a_name_means_the_same_in_all_spellings(name: str) -> None:
    assert meaning(name) == "secret"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("password", "secret"),
        ("client_secret", "secret"),
        ("x-api-key", "secret"),
        ("sessionId", "secret"),
        ("csrfToken", "secret"),
        ("vin", "personal"),
        ("email", "personal"),
        ("emailAddress", "personal"),
        ("serialNumber", "personal"),
        ("displayName", "personal"),
        ("siteName", "personal"),
        ("phone", "personal"),
        ("postalCode", "personal"),
        ("externalUserRef", "personal"),
        ("latitude", "place"),
        ("native_longitude", "place"),
        ("coordinates", "place"),
    ],
)
def test_what_names_tell(name: str, told: str) -> None:
    assert meaning(name) == told


@pytest.mark.parametrize(
    "name",
    [
        "token_type",
        "expires_in",
        "tokenExpiresAt",
        "email_verified",
        "key",
        "code",
        "userId",
        "deviceId",
        "shipping",
        "timezone",
        "level_pct",
        "power",
        "batteryLevel",
        "state",
        "status",
        "requestId",
        "-",
        "model",
        "vendor",
    ],
)
def test_names_that_tell_nothing(name: str) -> None:
    assert meaning(name) == ""


def test_words_of_a_name() -> None:
    assert words_of("X-APIKey2Name") == ("x", "api", "key", "2", "name")


def test_a_key_about_a_secret_is_no_secret() -> None:
    assert is_neutral("expiresIn")
    assert not is_neutral("street")


@pytest.mark.parametrize(
    ("value", "plain"), [("safety_reserve", True), ("charge", True), ("Alice", False), ("a1b2", False)]
)
def test_a_plain_name_names_a_thing_of_the_api(value: str, plain: bool) -> None:
    assert is_plain_word("name", value) is plain
    assert not is_plain_word("displayName", value)


def test_long_names_are_not_remembered() -> None:
    assert kept_bytes(meaning) < 50_000
