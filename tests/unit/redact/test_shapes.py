from __future__ import annotations

import pytest

from replaysandbox.redact.shapes import found_in, from_base64url, is_dense, is_ip, jwt_parts, shape_of, stands_alone
from tests.unit.redact.made import jwt


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (jwt(sub="x"), "jwt"),
        ("550e8400-e29b-41d4-a716-446655440000", "uuid"),
        ("alice@mail.example", "email"),
        ("1M8GDM9AXKP042788", "vin"),
        ("8.8.8.8", "ip"),
        ("2001:4860:4860::8888", "ip"),
        ("1980-02-29", "date"),
        ("deadbeef01", "hex"),
        ("AA:BB:CC:11:22:33", "hex"),
        ("hunter2", "text"),
        ("", "text"),
        ("eyJ.eyJ.x", "text"),
    ],
)
def test_shapes(text: str, shape: str) -> None:
    assert shape_of(text) == shape


def test_a_token_is_read() -> None:
    parts = jwt_parts(jwt(sub="x"))
    assert parts is not None
    assert parts[1] == {"sub": "x"}
    assert from_base64url("aGk") == b"hi"
    assert jwt_parts("eyJhIjoxfQ.eyJhIjoxfQ.x") is None, "names no algorithm"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("key sk_live_abcd1234 here", "token"),
        ("see amps_sk_test_abcd", "token"),
        ("to alice@mail.example now", "email"),
        ("at https://user:pass@host/", "userinfo"),
        ("Bearer abcdefgh12", "bearer"),
        (jwt(a=1), "jwt"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "pem"),
        ("vin 1M8GDM9AXKP042788.", "vin"),
    ],
)
def test_what_gives_itself_away(text: str, rule: str) -> None:
    match = dict(found_in(text))[rule].search(text)
    assert match is not None
    assert stands_alone(rule, match[0])


@pytest.mark.parametrize(
    "text", ["plain words", "device_abc123XYZ", "12:30:45", "https://host:8080/x", "a@b", "-----BEGIN CERTIFICATE-----"]
)
def test_what_gives_nothing_away(text: str) -> None:
    assert [rule for rule, pattern in found_in(text) if pattern.search(text)] == []


def test_a_vin_stands_alone_only_with_its_check_digit() -> None:
    assert not stands_alone("vin", "1M8GDM9A1KP042788")


@pytest.mark.parametrize(
    ("text", "dense"),
    [
        ("cnry5f0c9a7718d25f0c", True),
        ("V1StGXR8_Z5jdHi6B-myT", True),
        ("550e8400-e29b-41d4-a716-446655440000", False),
        ("2026-06-01T12:00:00.000Z", False),
        ("a-long-path-of-words-only", False),
        ("12345678901234567890", False),
        ("device_abc123XYZ", False),
    ],
)
def test_what_reads_like_a_key(text: str, dense: bool) -> None:
    assert is_dense(text) is dense


@pytest.mark.parametrize(
    ("text", "is_one"), [("1.2.3.4", True), ("::1", True), ("1.2.3", False), ("256.1.1.1", False), ("12:30", False)]
)
def test_addresses(text: str, is_one: bool) -> None:
    assert is_ip(text) is is_one
