from tests.unit.operations.site_pack import Visitor


def test_a_word_in_the_body_and_a_plain_number_move_the_device() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/battery"
    status, done = visitor.ask("POST", place, {"switch": "ON", "power": {"kw": 1.5}})
    assert (status, done["did"], done["state"]) == (200, "ON", "acknowledged")
    assert visitor.ask("GET", place)[1]["w"] == -1500


def test_a_route_may_be_the_command_and_a_newer_one_takes_over() -> None:
    visitor = Visitor()
    site = visitor.site()
    visitor.ask("POST", f"/sites/{site}/battery", {"switch": "ON"})
    assert visitor.ask("POST", f"/sites/{site}/off")[0] == 200
    visitor.later(minutes=1)
    assert visitor.ask("GET", f"/sites/{site}/battery")[1]["w"] == 0


def test_a_part_of_the_path_may_say_the_command() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/turn"
    assert visitor.ask("POST", f"{place}/ON")[1]["did"] == "ON"
    assert visitor.ask("POST", f"{place}/OFF")[1]["did"] == "OFF"
    assert visitor.ask("POST", f"{place}/UP")[0] == 422


def test_refusals() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/battery"
    assert visitor.ask("POST", place, {"switch": "UP"})[0] == 422
    assert visitor.ask("POST", place, {"switch": "ON", "power": {"kw": "much"}})[0] == 400
    assert visitor.ask("POST", place, {"switch": "ON", "power": {"kw": True}})[0] == 400
    assert visitor.ask("POST", place, {"switch": "ON", "power": {"kw": 1e6}})[0] == 422
    assert visitor.ask("POST", "/sites/1/off")[0] == 404


def test_a_route_may_add_to_the_body_what_its_path_alone_says() -> None:
    visitor = Visitor()
    path = f"/cars/{visitor.car()}"
    bodies: tuple[object, ...] = (None, {}, [], {"percent": 100})
    for body in bodies:
        assert visitor.ask("POST", f"{path}/half", body)[1]["did"] == "LIMIT"
        assert visitor.ask("GET", path)[1]["limit_pct"] == 50
