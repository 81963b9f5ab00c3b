from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.permutation import cipher, permute, permute_below, restore, restore_below


@given(st.integers(0, 26), st.text(max_size=5), st.data())
@settings(max_examples=30, deadline=None)
def test_restore_turns_permute_round(half: int, realm: str, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, (1 << 2 * half) - 1))
    made = cipher(realm, half)
    assert 0 <= permute(made, value) < 1 << 2 * half
    assert restore(made, permute(made, value)) == value


@given(st.integers(1, 1 << 52), st.text(max_size=5), st.data())
@settings(max_examples=40, deadline=None)
def test_restore_below_turns_permute_below_round(limit: int, realm: str, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, limit - 1))
    assert 0 <= permute_below(limit, realm, value) < limit
    assert restore_below(limit, realm, permute_below(limit, realm, value)) == value


@given(st.integers(1, 300))
@settings(max_examples=10, deadline=None)
def test_every_number_below_the_limit_comes_once(limit: int) -> None:
    assert {permute_below(limit, "r", value) for value in range(limit)} == {*range(limit)}


def test_realms_and_neighbours_differ() -> None:
    one = [permute_below(10**6, "one", value) for value in range(100)]
    assert one != [permute_below(10**6, "two", value) for value in range(100)]
    assert len({value // 10**5 for value in one}) > 5
