from tests.unit.operations.site_pack import KEY, Visitor


def test_a_template_alone_sees_the_request() -> None:
    visitor = Visitor(headers=(*KEY, ("User-Agent", "me")))
    assert visitor.ask("GET", f"/cars/{visitor.car()}/ping?q=a%20b") == (
        200,
        {"host": "api.sites.test", "agent": "me", "q": "a b", "soon": "2026-06-01T12:01:30Z"},
    )
    assert visitor.last is not None
    assert ("X-Asked", "GET 1780315200") in visitor.last.headers
    assert "X-Never" not in dict(visitor.last.headers)


def test_it_may_say_nothing_and_asks_for_its_device() -> None:
    visitor = Visitor()
    assert visitor.ask("POST", f"/cars/{visitor.car()}/wake") == (204, None)
    assert visitor.ask("GET", "/cars/nobody/ping")[0] == 404


def test_one_route_may_take_several_words_and_no_others() -> None:
    visitor = Visitor()
    path = f"/cars/{visitor.car()}"
    assert [visitor.ask("POST", f"{path}/{noise}")[0] for noise in ("horn", "lights")] == [204, 204]
    assert visitor.ask("POST", "/cars/nobody/horn")[0] == 404
    status, told = visitor.ask("POST", f"{path}/drum")
    assert status == 501
    assert "one of horn, lights" in str(told)


def test_a_route_may_word_its_errors_in_its_own_way() -> None:
    visitor = Visitor()
    asked = f"/cars/{visitor.car()}/range"
    assert visitor.ask("GET", f"{asked}?pick=km")[0] == 200
    told = {"code": "WHAT", "error": "pick must be one of km, mi", "hint": None}
    assert visitor.ask("GET", f"{asked}?pick=feet") == (422, told)
    assert visitor.ask("GET", "/cars/nobody/range?pick=km")[0] == 410
    assert visitor.last is not None
    assert ("X-Gone", "nobody") in visitor.last.headers
    visitor.headers = (*KEY, ("X-Sandbox-Fault", "status; error=device_not_found"))
    assert visitor.ask("GET", f"{asked}?pick=km")[0] == 410
    assert visitor.ask("GET", asked.replace("range", "ping"))[0] == 404
