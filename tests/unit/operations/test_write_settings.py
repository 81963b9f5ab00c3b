import pytest

from tests.unit.operations.pushing import Told, error
from tests.unit.operations.site_pack import Visitor
from tests.unit.worlds import first


def write(session: Told, body: object, family: str = "battery") -> tuple[int, object]:
    return session.ask("POST", f"/{family}/{first(family)}/settings", body)


def test_settings_are_written_at_once_and_shown() -> None:
    session = Told()
    status, body = write(
        session, {"discharge_floor": {"value": 25, "unit": "percent"}, "export_limit": {"value": 500, "unit": "watts"}}
    )
    assert (status, body["data"]["updated"]) == (200, ["discharge_floor", "export_limit"])  # type: ignore[index]
    shown = session.ask("GET", f"/battery/{first('battery')}")[1]["data"]["settings"]
    assert shown["discharge_floor"]["value"] == 25
    assert shown["export_limit"] == {"value": 500, "unit": "watts", "min": 0}
    assert "max_charge_rate" not in shown


@pytest.mark.parametrize(
    ("family", "body", "status", "code"),
    [
        ("battery", {"colour": {"value": 1, "unit": "percent"}}, 422, "UNSUPPORTED_SETTING"),
        ("battery", {"scheduler_enabled": {"value": 1, "unit": "percent"}}, 422, "READ_ONLY_SETTING"),
        ("battery", {"charge_ceiling": {"value": 1, "unit": "kw"}}, 422, "UNSUPPORTED_UNIT"),
        ("battery", {"charge_ceiling": {"value": 101, "unit": "percent"}}, 422, "PARAMETER_OUT_OF_RANGE"),
        ("ev-charger", {"max_charge_rate": {"value": -1, "unit": "kw"}}, 422, "PARAMETER_OUT_OF_RANGE"),
        ("battery", {}, 400, "VALIDATION_ERROR"),
        ("battery", {"charge_ceiling": 90}, 400, "VALIDATION_ERROR"),
        ("battery", [], 400, "VALIDATION_ERROR"),
    ],
)
def test_a_wrong_setting_is_refused(family: str, body: object, status: int, code: str) -> None:
    assert error(write(Told(), body, family))[:2] == (status, code)


def test_one_wrong_setting_refuses_them_all() -> None:
    session = Told()
    write(session, {"charge_ceiling": {"value": 90, "unit": "percent"}, "colour": {"value": 1, "unit": "percent"}})
    assert session.log.writes == {}


def test_a_setting_may_be_a_plain_number_where_the_route_says() -> None:
    visitor = Visitor()
    path = f"/sites/{visitor.site()}/reserve"
    assert visitor.ask("POST", path, {"per": {"cent": 80}}) == (200, {"set": ["reserve"]})
    for body, status in (
        ({"per": {"cent": 81}}, 422),
        ({"per": {"cent": True}}, 400),
        ({"per": {"cent": "80"}}, 400),
        ({"per": 80}, 400),
        ({}, 400),
        (None, 400),
    ):
        assert visitor.ask("POST", path, body)[0] == status
    visitor.later(days=1)
    levels = []
    for _ in range(24):
        visitor.later(hours=1)
        levels.append(visitor.ask("GET", f"/sites/{visitor.site()}/battery")[1]["level"])
    assert min(levels) >= 80


def test_a_current_is_as_much_of_the_charge_power_as_it_is_of_the_most_current() -> None:
    visitor = Visitor()
    path = f"/cars/{visitor.car()}"
    before = visitor.ask("GET", path)[1]
    most = before["settings"]["current"]["value"]
    visitor.ask("POST", f"{path}/current", {"amps": most / 4})
    after = visitor.ask("GET", path)[1]
    assert after["settings"]["current"]["value"] == most / 4
    assert (most, before["max_charge_w"], after["max_charge_w"]) == (32, 11_000, 2_750)
