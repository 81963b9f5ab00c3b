from tests.unit.operations.site_pack import Visitor


def listed(visitor: Visitor) -> list[str]:
    return list(visitor.ask("GET", "/cars?limit=50")[1]["cars"])


def test_a_device_is_disconnected_and_connected_again_through_the_api() -> None:
    visitor = Visitor()
    before, car = listed(visitor), visitor.car()
    assert visitor.ask("DELETE", f"/cars/{car}") == (200, {"changed": [car]})
    assert listed(visitor) == [each for each in before if each != car]
    status, body = visitor.ask("DELETE", f"/cars/{car}")
    assert (status, body) == (404, {"oauth": f"no {car}"})
    assert visitor.ask("PUT", f"/cars/{car}")[1] == {"changed": [car]}
    assert visitor.ask("PUT", f"/cars/{car}") == (200, {"changed": []})
    assert listed(visitor) == before
    assert visitor.ask("DELETE", "/cars/nobody")[0] == 404


def test_a_home_without_any_connected_device_is_not_there() -> None:
    visitor = Visitor()
    site = visitor.site()
    total = visitor.ask("GET", "/sites")[1]["total"]
    changed = visitor.ask("DELETE", f"/sites/{site}")[1]["changed"]
    assert len(changed) > 5
    assert visitor.ask("GET", f"/sites/{site}")[0] == 404
    assert visitor.ask("GET", "/sites")[1]["total"] == total - 1
    assert visitor.site() != site
    assert visitor.ask("PUT", f"/sites/{site}")[1]["changed"] == changed
    assert visitor.site() == site
    assert visitor.ask("DELETE", "/sites/9999")[0] == 404


def test_the_query_may_say_which() -> None:
    visitor = Visitor()
    car, other = listed(visitor)[0], listed(visitor)[-1]
    assert visitor.ask("GET", f"/cars?car={car}")[1]["cars"] == [car]
    assert visitor.ask("GET", f"/cars?car={car}&user=u_nobody")[1]["cars"] == []
    assert visitor.ask("DELETE", "/cars") == (400, {"oauth": "car or user is missing"})
    assert visitor.ask("DELETE", "/cars?car=nobody")[1] == {"changed": []}
    assert visitor.ask("DELETE", "/cars?user=u_nobody")[1] == {"changed": []}
    assert visitor.ask("DELETE", f"/cars?car={other}")[1] == {"changed": [other]}
    assert visitor.ask("GET", f"/cars?car={other}")[1]["cars"] == []


def test_what_was_disconnected_later_is_still_there_before() -> None:
    visitor = Visitor()
    car = visitor.car()
    visitor.later(hours=1)
    visitor.ask("DELETE", f"/cars/{car}")
    visitor.later(hours=-1)
    assert visitor.ask("GET", f"/cars/{car}")[0] == 200
