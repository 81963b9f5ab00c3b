import pytest

from replaysandbox.shrink.bug import Bug, Ran, confirmed, is_alike, is_mended, is_same
from replaysandbox.shrink.fingerprint import Fingerprint

WRONG = Fingerprint(1, ("KeyError: 'rate'", "app.py, total"))
OTHER = Fingerprint(1, ("KeyError: 'data'", "app.py, total"))
MISS = frozenset(("GET https://api.amps.ai/other",))
BUG = Bug(WRONG, frozenset(), 5, 5)


def test_a_command_that_does_not_fail_has_no_bug() -> None:
    assert confirmed([Ran(None)] * 5) is None


def test_the_most_common_failure_is_the_bug() -> None:
    bug = confirmed([Ran(WRONG), Ran(OTHER), Ran(WRONG, missed=MISS), Ran(None)])
    assert bug == Bug(WRONG, MISS, 2, 4)


@pytest.mark.parametrize(("failed", "tries"), [(5, 1), (4, 2), (3, 4), (2, 6), (1, 10)])
def test_a_flaky_one_is_tried_until_it_is_sure(failed: int, tries: int) -> None:
    bug = Bug(WRONG, frozenset(), failed, 5)
    assert (bug.flaky, bug.tries) == (failed < 5, tries)
    assert failed in (1, 5) or (1 - failed / 5) ** tries <= 0.05


def test_a_run_is_the_same_with_the_same_words_and_no_further_miss() -> None:
    assert is_same(BUG, Ran(WRONG))
    assert not is_same(BUG, Ran(OTHER))
    assert not is_same(BUG, Ran(None))
    assert not is_same(BUG, Ran(WRONG, missed=MISS))
    assert is_same(Bug(WRONG, MISS, 5, 5), Ran(WRONG, missed=MISS))


def test_a_miss_may_be_that_the_command_does_not_stumble_over() -> None:
    assert is_alike(BUG, Ran(WRONG, missed=MISS))
    assert not is_alike(BUG, Ran(WRONG, missed=MISS, stumbled=True))
    assert not is_alike(BUG, Ran(OTHER))


def test_it_is_mended_when_it_ends_well_or_gets_further() -> None:
    assert is_mended(BUG, Ran(None)) is True
    assert is_mended(BUG, Ran(WRONG)) is False
    assert is_mended(BUG, Ran(OTHER)) is None
    assert is_mended(BUG, Ran(OTHER, missed=MISS)) is True
