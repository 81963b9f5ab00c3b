import pytest

from tests.unit.operations.site_pack import KEY, Visitor

OFFLINE = (*KEY, ("X-Sandbox-Fault", "offline"))


@pytest.mark.parametrize(
    ("path", "refused"),
    [("/cars/CAR/current", True), ("/cars/CAR/half", False), ("/cars/CAR/horn", False), ("/sites/SITE/off", False)],
)
def test_only_routes_that_need_their_device_in_reach_refuse_one_that_is_not(path: str, refused: bool) -> None:
    visitor = Visitor()
    path = path.replace("CAR", visitor.car()).replace("SITE", visitor.site())
    visitor.headers = OFFLINE
    told = visitor.ask("POST", path, {"amps": 8})[1]
    assert (isinstance(told, dict) and told.get("code") == "GONE") is refused
    visitor.headers = KEY
    assert (visitor.ask("POST", path, {"amps": 8})[1] or {}).get("code") != "GONE"


def test_a_device_that_is_not_there_is_not_out_of_reach() -> None:
    assert Visitor(headers=OFFLINE).ask("POST", "/cars/nobody/current", {"amps": 8})[0] == 404


def test_old_values_from_the_vendors_cloud_are_no_outage_here() -> None:
    visitor = Visitor()
    path = f"/cars/{visitor.car()}/current"
    visitor.headers = (*KEY, ("X-Sandbox-Fault", "offline; kind=fallback"))
    assert visitor.ask("POST", path, {"amps": 8})[1] == {"set": ["current"]}
