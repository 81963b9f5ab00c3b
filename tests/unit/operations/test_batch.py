from typing import Any

from tests.unit.operations.site_pack import Visitor


def test_each_part_is_answered_by_its_own_route() -> None:
    visitor = Visitor()
    car = visitor.car()
    parts = [{"at": "/ping?q=7"}, {"at": "/"}]
    status, body = visitor.ask("POST", f"/cars/{car}/many", {"parts": parts})
    assert status == 200
    ping, whole = body["answers"]
    assert ping[:2] == ["/ping?q=7", 200]
    assert ping[2]["q"] == "7"
    assert ping[3].startswith("GET ")
    assert whole[2] == visitor.ask("GET", f"/cars/{car}")[1]


def test_a_part_that_no_route_answers_is_a_miss_for_all_to_see() -> None:
    visitor = Visitor()
    for part in ("/nonsense", "/many"):
        status, body = visitor.ask("POST", f"/cars/{visitor.car()}/many", {"parts": [{"at": part}]})
        assert status == 501
        assert body["sandbox"]["error"] == "no_route"


def test_what_is_no_batch() -> None:
    visitor = Visitor()
    bodies: list[Any] = [{}, {"parts": []}, {"parts": 3}, {"parts": [{"at": 3}]}, {"parts": [{"at": "/"}] * 101}]
    for body in bodies:
        assert visitor.ask("POST", f"/cars/{visitor.car()}/many", body)[0] == 400
    assert visitor.ask("POST", "/cars/nobody/many", {"parts": [{"at": "/"}]})[0] == 404
