import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.drifting.meaning import ENOUGH, meaning_drift
from tests.unit.drifting.made import AT, profile

LEVELS = [float(n) for n in range(10, 90, 4)]


def told(expected: list, live: list) -> list[str]:
    return [each.reason for each in meaning_drift(profile(*expected), profile(*live))]


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(5, 100), min_size=ENOUGH, max_size=40), st.lists(st.floats(5, 100), min_size=ENOUGH, max_size=40)
)
def test_levels_that_vary_are_no_drift(ours: list[float], theirs: list[float]) -> None:
    assert told([{"n": n} for n in ours], [{"n": n + 0.25} for n in theirs]) == []


def test_units_fractions_and_digits() -> None:
    plain = [{"n": n + 0.25} for n in LEVELS]
    assert told(plain, [{"n": n * 1000} for n in LEVELS]) == ["is a thousand times as large: W for kW?"]
    assert told(plain, [{"n": n / 1000} for n in LEVELS]) == ["is within 0 and 1 where it was within 0 and 100"]
    assert told(plain, [{"n": n / 100} for n in LEVELS]) == ["is within 0 and 1 where it was within 0 and 100"]
    assert told(plain, [{"n": int(n)} for n in LEVELS]) == ["has no digits after the point any more"]
    assert told(plain[: ENOUGH - 1], [{"n": n * 1000} for n in LEVELS]) == []


def test_signs_beside_words() -> None:
    plain = [{"n": n, "s": "charging"} for n in LEVELS] + [{"n": -n, "s": "discharging"} for n in LEVELS]
    flipped = [{"n": -each["n"], "s": each["s"]} for each in plain]  # type: ignore[operator] # n is a number
    assert told(plain, flipped) == ["has the opposite sign where s=charging"]
    assert told(plain, [each for each in plain if each["s"] == "charging"]) == []


def test_zones_and_cadence() -> None:
    plain = [{"t": f"2026-06-01T{hour:02}:00:00Z"} for hour in range(ENOUGH)]
    assert told(plain, plain) == []
    local = [{"t": f"2026-06-01T{hour + 2:02}:00:00Z"} for hour in range(ENOUGH)]
    assert told(plain, local) == ["is +2 h off: local time written as UTC?"]
    naive = [{"t": f"2026-06-01T{hour:02}:00:00"} for hour in range(ENOUGH)]
    assert told(plain, naive) == ["says its zone otherwise: none where it was Z"]
    slow = [{"t": AT.isoformat().replace("+00:00", "Z")} for _ in range(ENOUGH)]
    assert told(plain, slow) == ["changes at every 8th call, where it did at every 1th: cadence"]
