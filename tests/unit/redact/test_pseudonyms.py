from __future__ import annotations

import hashlib
import hmac
import json
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from replaysandbox.redact.pseudonyms import base64url, pseudonym
from replaysandbox.redact.shapes import jwt_parts, shape_of
from replaysandbox.redact.vin import is_vin
from tests.unit.kept import kept_bytes
from tests.unit.redact.made import KEY, OTHER_KEY, jwt

VALUES = [
    "sk_live_abcDEF123456xyz",
    "hunter2",
    "alice@home.example",
    "1M8GDM9AXKP042788",
    "550e8400-e29b-41d4-a716-446655440000",
    "8.8.8.8",
    "2001:4860:4860::8888",
    "Alice Smith",
    "12 Main St",
    "+49 30 1234567",
    "TG1191234567",
    "AA:BB:CC:11:22:33",
    "Jürgen Müller",
    "deadbeef0123456789",
    "1980-02-29T00:00:00Z",
    jwt(sub="alice", email="alice@home.example", exp=1),
    jwt(),
]


@pytest.mark.parametrize("value", VALUES)
def test_it_is_another_value_of_the_same_shape(value: str) -> None:
    made = pseudonym(KEY, value)
    assert made != value
    assert shape_of(made) == shape_of(value)


@pytest.mark.parametrize("value", VALUES)
def test_it_depends_on_the_value_and_on_the_key(value: str) -> None:
    assert pseudonym(KEY, value) == pseudonym(KEY, value)
    if shape_of(value) != "date":
        assert pseudonym(KEY, value) != pseudonym(OTHER_KEY, value)


@given(st.text(max_size=60))
def test_a_pseudonym_of_a_pseudonym_is_itself_whatever_the_key(value: str) -> None:
    made = pseudonym(KEY, value)
    assert pseudonym(OTHER_KEY, made) == made


@given(st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd", "Pd"]), min_size=1, max_size=40))
def test_letters_stay_letters_and_digits_digits(value: str) -> None:
    assume(shape_of(value) in ("text", "hex"))
    made = pseudonym(KEY, value)
    assert [(each.isdigit(), each.isupper(), each.islower()) for each in made] == [
        (each.isdigit(), each.isupper(), each.islower()) for each in value
    ]


@given(st.one_of(st.integers(-(10**18), 10**18), st.floats(-1e15, 1e15, allow_nan=False)))
def test_a_number_stays_one_with_as_many_digits(value: float) -> None:
    written = json.dumps(value)
    made = pseudonym(KEY, written, number=True)
    assert isinstance(json.loads(made), int | float)
    assert [each.isdigit() for each in made] == [each.isdigit() for each in written]


@given(st.from_regex(r"[A-HJ-NPR-Z]{3}[A-HJ-NPR-Z0-9]{6}[A-HJ-NPR-Z0-9][0-9]{7}", fullmatch=True))
def test_a_vin_has_its_check_digit_its_maker_and_its_year(vin: str) -> None:
    made = pseudonym(KEY, vin)
    assert is_vin(made)
    assert (made[:3], made[9]) == (vin[:3], vin[9])


def test_a_token_is_signed_with_our_key() -> None:
    made = pseudonym(
        KEY, jwt(sub="alice", exp=1893456000, iss="https://issuer.example", roles=["admin"], email_verified=True)
    )
    head, claims, signature = jwt_parts(made) or ({}, {}, "")
    assert head["alg"] == "HS256"
    assert (claims["exp"], claims["iss"], claims["email_verified"]) == (1893456000, "https://issuer.example", True)
    assert claims["sub"] != "alice"
    signed = made.rpartition(".")[0]
    assert signature == base64url(hmac.digest(KEY, signed.encode(), hashlib.sha256))


def test_two_tokens_without_claims_differ() -> None:
    first, second = jwt(iat=1), jwt(iat=1).replace("c2lnbmF0dXJl", "b3RoZXI")
    assert pseudonym(KEY, first) != pseudonym(KEY, second)


def test_a_uuid_keeps_version_and_variant() -> None:
    for version in (uuid.uuid4(), uuid.uuid1()):
        made = uuid.UUID(pseudonym(KEY, str(version)))
        assert (made.version, made.variant) == (version.version, version.variant)


def test_the_beginning_of_a_key_says_what_it_is_for() -> None:
    assert pseudonym(KEY, "amps_sk_live_abc123def456").startswith("amps_sk_live_")


def test_a_private_address_tells_nothing() -> None:
    assert pseudonym(KEY, "192.168.1.20") == "192.168.1.20"


@pytest.mark.slow
def test_many_keys_get_many_pseudonyms() -> None:
    made = {pseudonym(KEY, f"TG{number:010d}") for number in range(2000)}
    assert len(made) > 1990


def test_pseudonyms_of_long_values_are_not_remembered() -> None:
    assert kept_bytes(lambda text: pseudonym(KEY, text), length=1_100, times=30) < 20_000


def test_of_a_text_that_begins_with_a_date_nothing_is_left() -> None:
    assert "hunter2" not in pseudonym(KEY, "2024-01-01 hunter2 is my word")
    for date in ("1980-05-17", "1980-05-17T10:00:00Z", "1980-05-17 10:00", "1980-05-17T10:00:00.123+02:00"):
        assert pseudonym(KEY, date) == "1970-01-01" + date[10:]
