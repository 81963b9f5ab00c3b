import pytest

from replaysandbox.core.credentials import credential_error, find_credential
from replaysandbox.core.exchange import Headers, Request
from tests.unit.core.make import make_pack

PACK = make_pack()


@pytest.mark.parametrize(
    ("headers", "query", "key"),
    [
        ((("X-API-Key", " sk_1 "),), "", "sk_1"),
        ((("Authorization", "Bearer sk_2"),), "", "sk_2"),
        ((("authorization", "bearer  sk_2"),), "", "sk_2"),
        ((("Authorization", "sk_2"),), "", "sk_2"),
        ((), "a=1&key=sk_3", "sk_3"),
        ((("x-api-key", "sk_1"), ("Authorization", "Bearer sk_2")), "key=sk_3", "sk_1"),
        ((("x-api-key", ""),), "", None),
        ((), "", None),
    ],
)
def test_the_first_place_that_holds_a_key_counts(headers: Headers, query: str, key: str | None) -> None:
    assert find_credential(PACK, Request("GET", "https", "h", 443, "/", query, headers)) == key


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("sk_1", ""),
        ("pk_x", ""),
        ("sk_", "invalid_credential"),
        ("bad_", "revoked"),
        ("bad_1", "revoked"),
        ("else", "invalid_credential"),
        (None, "missing_credential"),
    ],
)
def test_a_key_is_judged_by_how_it_begins(key: str | None, error: str) -> None:
    assert credential_error(PACK, key) == error
