from itertools import pairwise

import pytest

from tests.unit.operations.site_pack import Visitor


def points(target: str) -> list[dict[str, object]]:
    visitor = Visitor()
    status, body = visitor.ask("GET", f"/sites/{visitor.site()}/energy?{target}")
    assert status == 200
    return body["points"]


def test_a_day_in_hours_ends_with_what_is_not_known_yet() -> None:
    found = points("from=2026-06-01&to=2026-06-01")
    assert [each["at"] for each in found] == [f"2026-06-01T{hour:02}:00:00Z" for hour in range(24)]
    assert [each["known"] for each in found] == [True] * 13 + [False] * 11
    assert found[3]["solar"] == 0
    assert float(str(found[11]["solar"])) > 1000


def test_each_point_tells_what_flowed_from_the_beginning_on() -> None:
    found = points("from=2026-06-01&to=2026-06-01")
    total = 0.0
    for each in found:
        total += float(str(each["solar"])) if each["known"] else 0.0
        assert float(str(each["so_far"])) == pytest.approx(total, abs=2)
    assert found[-1]["so_far"] == found[12]["so_far"]
    drawn = [float(str(each["drawn_so_far"])) for each in found]
    assert drawn == sorted(drawn)
    assert drawn[0] > 0
    assert points("from=2027-06-01&to=2027-06-01")[0]["so_far"] is None


def test_the_zone_of_its_times_is_told() -> None:
    visitor = Visitor()
    assert visitor.ask("GET", f"/sites/{visitor.site()}/energy?from=2026-06-01&to=2026-06-01")[1]["zone"] == "UTC"


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        ("2026-05-30/2026-05-31/DAY", 200, 2),
        ("2026-05-30T10:00:00Z/2026-05-30T13:00:00+00:00/HOUR", 200, 3),
        ("2026-05-30T10%3A00%3A00Z/2026-05-30T13%3A00%3A00Z/HOUR", 200, 3),
        ("yesterday/2026-05-31/DAY", 400, "since must be an instant"),
        ("2026-05-31/2026-05-29/DAY", 400, "till must be after since"),
        ("2026-05-30/2026-05-31/BLINK", 400, "unit must be one of HOUR, DAY"),
    ],
)
def test_a_path_may_say_range_and_step(target: str, status: int, told: object) -> None:
    visitor = Visitor()
    found, body = visitor.ask("GET", f"/sites/{visitor.site()}/between/{target}")
    assert found == status
    assert len(body["points"]) == told if status == 200 else str(told) in str(body)


def test_finer_steps_add_up_to_coarser_ones() -> None:
    quarters = points("from=2026-05-20&to=2026-05-20&unit=QUARTER")
    (day,) = points("from=2026-05-20&to=2026-05-20&unit=DAY")
    assert len(quarters) == 96
    assert sum(float(str(each["solar"])) for each in quarters) == pytest.approx(float(str(day["solar"])), rel=1e-3)


@pytest.mark.slow
def test_weeks_months_and_years_begin_where_they_do() -> None:
    assert points("from=2026-04-15&to=2026-04-16&unit=WEEK")[0]["at"] == "2026-04-13T00:00:00Z"
    assert [each["at"] for each in points("from=2025-11-15&to=2026-01-02&unit=MONTH")] == [
        "2025-11-01T00:00:00Z",
        "2025-12-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    ]
    assert points("from=2025-03-01&to=2025-03-02&unit=YEAR")[0]["at"] == "2025-01-01T00:00:00Z"


def test_a_home_shows_each_of_its_devices_and_level_follows_power() -> None:
    visitor = Visitor()
    asked = "from=2026-06-01T09:30:00Z&to=2026-06-01T11:30:00Z"
    _, body = visitor.ask("GET", f"/sites/{visitor.site()}/batteries/energy?{asked}")
    assert len(body["batteries"]) == 2
    for battery in body["batteries"]:
        for (_, ended, power), (began, _, _) in pairwise(battery["levels"]):
            assert ended == began
            assert power < 0


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("from=2026-06-01", 400),
        ("from=x&to=2026-06-01", 400),
        ("from=2026-06-02&to=2026-06-01", 400),
        ("from=2026-06-01&to=2026-06-01&unit=BLINK", 400),
        ("from=2026-01-01&to=2026-03-01&unit=QUARTER", 403),
        ("from=2001-01-01&to=2025-01-01&unit=HOUR", 403),
        ("from=1926-01-01&to=2026-01-01&unit=YEAR", 403),
    ],
)
def test_refusals(target: str, status: int) -> None:
    visitor = Visitor()
    assert visitor.ask("GET", f"/sites/{visitor.site()}/energy?{target}")[0] == status
    assert visitor.ask("GET", f"/sites/1/energy?{target}")[0] == 404


@pytest.mark.slow
def test_a_range_may_be_a_day_a_month_or_a_year_of_the_calendar() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/calendar"
    told = {
        query: (body["step"], body["start"], body["end"], body["points"])
        for query in ("year=2025", "year=2026&month=2", "year=2026&month=5&day=31")
        for body in [visitor.ask("GET", f"{place}?{query}")[1]]
    }
    assert told == {
        "year=2025": ("MONTH", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 12),
        "year=2026&month=2": ("DAY", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 28),
        "year=2026&month=5&day=31": ("HOUR", "2026-05-31T00:00:00Z", "2026-06-01T00:00:00Z", 24),
    }


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("", "year is missing"),
        ("month=2", "year is missing"),
        ("year=2026&day=2", "month is missing"),
        ("year=2026&month=2&day=30", "day is no day of that month"),
    ],
)
def test_a_date_that_is_none_is_refused(query: str, error: str) -> None:
    visitor = Visitor()
    status, body = visitor.ask("GET", f"/sites/{visitor.site()}/calendar?{query}")
    assert (status, body["error"]) == (400, error)


def test_a_range_without_an_end_goes_on_until_now_and_its_runs_are_its_days_of_sun() -> None:
    visitor = Visitor()
    body = visitor.ask("GET", f"/sites/{visitor.site()}/since?from=2026-05-30")[1]
    assert body["points"] == 60
    assert [run[0][:10] for run in body["runs"]] == ["2026-05-30", "2026-05-31", "2026-06-01"]
    assert all(run[3] for run in body["runs"])
    assert abs(sum(run[2] for run in body["runs"]) - body["wh"]) < 3


def test_several_homes_have_a_series_each() -> None:
    visitor = Visitor()
    one, two = visitor.ask("GET", "/sites?limit=2")[1]["sites"]
    day = "from=2026-05-30&to=2026-05-30"
    _, both = visitor.ask("GET", f"/many/{one},{two}/energy?{day}")
    alone = [visitor.ask("GET", f"/many/{site}/energy?{day}")[1] for site in (one, two)]
    assert both == {**alone[0], **alone[1]}
    assert both[one] != both[two]
    assert visitor.ask("GET", f"/many/{one},7/energy?{day}")[0] == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ("", "2026-06-01T00:00:00Z", 12),
        ("unit=WEEK", "2026-06-01T00:00:00Z", 1),
        ("unit=YEAR", "2026-01-01T00:00:00Z", 6),
        ("unit=MONTH&to=2026-05-12T07:00:00Z", "2026-05-01T00:00:00Z", 12),
        ("unit=DAY&to=2026-05-12", "2026-05-12T00:00:00Z", 24),
        ("from=2026-06-01T03:00:00Z", "2026-06-01T03:00:00Z", 9),
    ],
)
def test_an_api_may_mean_the_day_or_month_where_no_start_is_asked_for(asked: str, first: str, count: int) -> None:
    visitor = Visitor()
    points = visitor.ask("GET", f"/sites/{visitor.site()}/recent?{asked}")[1]["points"]
    assert (points[0]["at"], len(points)) == (first, count)
    assert all(each["known"] for each in points)


def test_a_run_that_goes_on_lasts_until_now() -> None:
    visitor = Visitor()
    visitor.later(minutes=20)
    *_, today = visitor.ask("GET", f"/sites/{visitor.site()}/since?from=2026-06-01")[1]["runs"]
    assert today[1][:16] == "2026-06-01T12:20"
