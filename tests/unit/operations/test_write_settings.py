import pytest

from tests.unit.operations.pushing import Told, error
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
