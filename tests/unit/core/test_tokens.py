from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.clock import LATEST
from replaysandbox.core.tokens import TokenKind, holder_number, issue, issued_at

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
KINDS: tuple[TokenKind, ...] = ("access", "refresh", "code")


@given(
    st.timedeltas(timedelta(), LATEST - datetime(1970, 1, 1, tzinfo=UTC)),
    st.integers(0, 2**64 - 1),
    st.sampled_from(KINDS),
)
def test_a_token_tells_when_it_was_issued_and_to_no_other_api_or_end(
    since: timedelta, holder: int, kind: TokenKind
) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + since
    token = issue("mine", kind, at, holder)
    read = issued_at("mine", kind, token)
    assert read is not None
    assert timedelta() <= at - read < timedelta(milliseconds=1)
    assert issued_at("other", kind, token) is None
    assert all(issued_at("mine", other, token) is None for other in KINDS if other != kind)


@given(st.integers(0, 21), st.sampled_from("0Zz"))
def test_a_token_with_another_letter_is_none(position: int, letter: str) -> None:
    token = issue("mine", "access", AT, 7)
    changed = token[:position] + letter + token[position + 1 :]
    assert changed == token or issued_at("mine", "access", changed) is None


def test_what_is_no_token() -> None:
    for text in ("", "nonsense", "é" * 22, "-" * 22, "z" * 22, issue("mine", "access", AT, 7) + "0"):
        assert issued_at("mine", "access", text) is None


def test_holders_differ_by_session_and_client() -> None:
    assert len({holder_number(1, "a", "b"), holder_number(1, "b", "a"), holder_number(2, "a", "b")}) == 3
