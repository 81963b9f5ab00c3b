import pytest

from tests.unit.operations.site_pack import Visitor


def test_homes_are_listed_by_cursors_without_gap_or_overlap() -> None:
    visitor = Visitor()
    seen, after = [], ""
    while True:
        _, page = visitor.ask("GET", f"/sites?limit=2{after}")
        seen += page["sites"]
        if page["after"] is None:
            break
        after = f"&after={page['after']}"
    assert len(seen) == len(set(seen)) == page["total"] == 5
    _, back = visitor.ask("GET", f"/sites?limit=2&before={page['before']}")
    assert back["sites"] == seen[2:4]
    assert visitor.ask("GET", f"/sites?limit=2&before={back['before']}")[1]["sites"] == seen[:2]


def test_a_home_is_in_balance_and_has_its_devices() -> None:
    visitor = Visitor()
    status, home = visitor.ask("GET", f"/sites/{visitor.site()}")
    assert (status, home["cars"], home["sum"]) == (200, 2, 0)
    assert abs(home["north"] - 51.48) <= 0.06


def test_a_home_that_is_not_there() -> None:
    assert Visitor().ask("GET", "/sites/1234567890123456")[0] == 404
    assert Visitor().ask("GET", "/sites?after=nonsense") == (
        400,
        {"error": "after is no cursor of this list", "code": "", "hint": None},
    )


def test_a_home_tells_what_the_sun_gave_this_day_month_year_and_ever() -> None:
    visitor = Visitor()
    site = visitor.site()
    given = visitor.ask("GET", f"/sites/{site}")[1]["solar_wh"]
    assert 0 < given["day"] == given["month"] < given["year"] < given["life"]  # the visitor's day is the month's first
    _, series = visitor.ask("GET", f"/sites/{site}/energy?from=2026-06-01&to=2026-06-01&unit=QUARTER")
    assert given["day"] == pytest.approx(max(each["so_far"] for each in series["points"]), rel=0.01)
