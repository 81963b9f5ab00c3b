from __future__ import annotations

import base64

import pytest

from replaysandbox.redact.header_fields import cover_credentials, cover_headers
from replaysandbox.redact.rules import Rules
from tests.unit.redact.made import cover

SECRET = "cnry5f0c9a77"


def one(name: str, value: str, rules: Rules | None = None) -> str:
    ((kept, covered),) = cover_headers(((name, value),), cover(rules or Rules()), "request")
    assert kept == name
    return covered


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTHORIZATION", f"Bearer {SECRET}"),
        ("authorization", SECRET),
        ("X-Api-Key", SECRET),
        ("Cookie", f"a=1234; sid={SECRET}"),
        ("Set-Cookie", f"sid={SECRET}; Path=/; Secure"),
        ("X-Csrf-Token", SECRET),
        ("Authorization", f'Digest username="{SECRET}", realm="api", uri="/x"'),
        ("Authorization", f"AWS4-HMAC-SHA256 Credential={SECRET}/20260601, Signature={SECRET}"),
        ("Location", f"/cb?code={SECRET}"),
        ("Referer", f"https://a.example/?token={SECRET}"),
        ("X-Custom", f"{SECRET}{SECRET}"),
        ("X-Other", f"password={SECRET}"),
        ("Sec-Anything", f"Bearer {SECRET}"),
    ],
)
def test_credentials_are_covered_in_whatever_case(name: str, value: str) -> None:
    covered = one(name, value)
    assert SECRET not in covered
    assert covered.partition(" ")[0].split("=")[0] == value.partition(" ")[0].split("=")[0] or " " not in value


def test_what_is_around_a_credential_stays() -> None:
    assert one("Set-Cookie", f"sid={SECRET}; Path=/; HttpOnly").endswith("; Path=/; HttpOnly")
    assert 'realm="api"' in one("Authorization", f'Digest username="{SECRET}", realm="api"')


def test_basic_is_covered_in_its_parts() -> None:
    covered = one("Authorization", "Basic " + base64.b64encode(b"alice01:hunter22").decode())
    user, _, password = base64.b64decode(covered.split()[1]).decode().partition(":")
    assert (len(user), len(password)) == (7, 8)
    assert "alice01" not in user
    assert cover_credentials("Basic !!!", cover(), "authorization").startswith("Basic ")


def test_addresses_of_clients() -> None:
    assert one("X-Forwarded-For", "8.8.8.8, 10.0.0.1").endswith(", 10.0.0.1")
    assert "8.8.8.8" not in one("X-Forwarded-For", "8.8.8.8, 10.0.0.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Date", "Wed, 25 Nov 2026 05:31:44 GMT"),
        ("ETag", '"33a64df551425fcc55e4d42a148795d9f25f89d4"'),
        ("X-Request-Id", "req_a1b2c3d4e5f6g7h8i9j0k1"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("User-Agent", "python-requests/2.34.2"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-Bytes", "\xff\xfe"),
        ("X-Empty", ""),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "X-Auth-Token, X-Request-Id"),
    ],
)
def test_what_tells_nothing_stays(name: str, value: str) -> None:
    assert one(name, value) == value


def test_a_pack_names_and_keeps_fields() -> None:
    assert one("X-User-Id", "user_1a2b3c", Rules(headers=frozenset({"x-user-id"}))) != "user_1a2b3c"
    assert one("X-Api-Key", SECRET, Rules(keep=frozenset({"x-api-key"}))) == SECRET


@pytest.mark.parametrize("cookie", ["sid=si", "abc=abc", 'v1="1"'])
def test_a_cookie_keeps_its_name_though_its_value_is_a_part_of_it(cookie: str) -> None:
    name, _, value = one("Cookie", cookie).partition("=")
    assert name == cookie.partition("=")[0]
    assert value != cookie.partition("=")[2]


@pytest.mark.parametrize("name", ["Cookie", "Set-Cookie", "Authorization"])
def test_a_long_field_of_one_word_holds_nobody_up(name: str) -> None:
    value = "Digest a=b," + "c" * 20_000 if name == "Authorization" else "c" * 20_000  # from each letter: three seconds
    assert one(name, value).endswith("c" * 20_000)
