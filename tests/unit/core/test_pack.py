from tests.unit.core.make import make_route


def test_a_route_is_named_as_people_write_it() -> None:
    assert make_route("GET /battery/{id}").name == "GET /battery/{id}"
