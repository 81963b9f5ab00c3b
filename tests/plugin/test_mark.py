from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_replaysandbox.mark import BadMarkError, Wish, kinds_of, wish_of


def _mark(*args: Any, **kwargs: Any) -> Any:
    return pytest.Mark("sandbox", args, kwargs, _ispytest=True)


def test_a_test_without_a_mark_wants_nothing() -> None:
    assert wish_of([]) == Wish()


def test_the_nearest_mark_wins() -> None:
    wish = wish_of(
        [_mark(at="2026-06-01T12:00:00Z"), _mark(at="2025-01-01T00:00:00Z", scenario="winter", capture=True)]
    )
    assert wish == Wish(at="2026-06-01T12:00:00Z", scenario="winter", capture=True)


def test_instants_may_be_datetimes() -> None:
    assert wish_of([_mark(at=datetime(2026, 6, 1, tzinfo=UTC))]).at == "2026-06-01T00:00:00+00:00"


def test_one_fault_needs_no_list() -> None:
    assert wish_of([_mark(faults={"status": 503})]).faults == wish_of([_mark(faults=[{"status": 503}])]).faults


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (_mark("winter"), "takes names: at, scenario"),
        (_mark(scenaro="winter"), "did you mean scenario"),
        (_mark(colour=1), "it takes at, scenario, faults, capture, fail_on"),
        (_mark(at=datetime(2026, 6, 1)), "has no time zone"),  # noqa: DTZ001 - what is refused
        (_mark(at=12), "at takes a text, not 12"),
        (_mark(scenario=""), "scenario takes a text"),
        (_mark(capture=3), "capture takes a text"),
        (_mark(faults="503"), "faults takes a list of rules such as"),
        (_mark(faults=[503]), "faults takes a list of rules such as"),
        (_mark(faults=503), "faults takes a list of rules such as"),
        (_mark(fail_on="mis"), "'mis' is no kind of finding; there are miss, violation, none"),
        (_mark(fail_on=3), "'3' is no kind of finding"),
        (_mark(fail_on=["none", "miss"]), "'none' cannot be named together"),
    ],
)
def test_slips_are_told(mark: Any, said: str) -> None:
    with pytest.raises(BadMarkError, match=said):
        wish_of([mark])


def test_kinds_of_finding() -> None:
    assert kinds_of("miss, violation") == kinds_of(["miss", "violation"]) == {"miss", "violation"}
    assert kinds_of("none") == set()
    assert wish_of([_mark(fail_on="none")]).fail_on == frozenset()
