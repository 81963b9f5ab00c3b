from tests.unit.operations.site_pack import Visitor


def test_a_member_is_made_listed_read_changed_and_deleted() -> None:
    visitor = Visitor()
    status, made = visitor.ask("POST", "/people/ann/notes", {"a": 1, "b": 2})
    assert (status, made["body"]) == (201, {"a": 1, "b": 2})
    assert made["id"].startswith("n_")
    visitor.ask("POST", "/people/bob/notes", {})
    assert visitor.ask("GET", "/people/ann/notes")[1] == {"notes": [made["id"]], "total": 1}
    visitor.later(minutes=1)
    _, changed = visitor.ask("PATCH", f"/notes/{made['id']}", {"b": 3})
    assert changed["body"] == {"a": 1, "b": 3}
    assert changed["created"] < changed["updated"]
    assert visitor.ask("DELETE", f"/notes/{made['id']}") == (204, None)
    assert visitor.last is not None
    assert "content-type" not in {name.lower() for name, _ in visitor.last.headers}
    for method in ("GET", "PATCH", "DELETE"):
        assert visitor.ask(method, f"/notes/{made['id']}", {} if method == "PATCH" else None)[0] == 404
    assert visitor.ask("GET", "/people/ann/notes")[1]["total"] == 0


def test_what_is_kept_of_a_device_shows_where_its_template_asks_for_it() -> None:
    visitor = Visitor()
    car = visitor.car()
    assert visitor.ask("GET", f"/cars/{car}")[1]["lock"] is None
    assert visitor.ask("PUT", f"/cars/{car}/lock", {"locked": True})[1]["id"] == car
    assert visitor.ask("GET", f"/cars/{car}")[1]["lock"] == {"locked": True}
    assert visitor.ask("PUT", "/cars/nobody/lock", {})[0] == 404


def test_winding_the_clock_back_hides_later_members() -> None:
    visitor = Visitor()
    visitor.later(hours=1)
    _, made = visitor.ask("POST", "/people/ann/notes", {"a": 1})
    visitor.later(hours=-1)
    assert visitor.ask("GET", f"/notes/{made['id']}")[0] == 404


def test_a_record_of_one_collection_may_be_about_a_member_of_another() -> None:
    visitor = Visitor()
    made = visitor.ask("POST", "/people/ann/notes", {})[1]["id"]
    assert visitor.ask("POST", f"/notes/{made}/check")[1]["id"] == made
    assert visitor.ask("POST", "/notes/n_nobody/check") == (404, {"error": "no n_nobody", "code": "", "hint": None})


def test_a_member_may_be_what_the_path_alone_says() -> None:
    visitor = Visitor()
    path = f"/cars/{visitor.car()}"
    visitor.ask("PUT", f"{path}/lock", {"locked": True, "by": "ann"})
    assert visitor.ask("POST", f"{path}/unlock")[1]["body"] == {"locked": False, "by": "ann"}
    assert visitor.ask("GET", path)[1]["lock"] == {"locked": False, "by": "ann"}


def test_members_below_an_owner_are_there_for_that_owner_alone() -> None:
    visitor = Visitor()
    one, two = (visitor.ask("POST", "/owners", {"text": name})[1]["id"] for name in ("one", "two"))
    status, made = visitor.ask("POST", f"/owners/{one}/tariffs", {"text": "day"})
    assert status == 201
    place = f"tariffs/{made['id']}"
    assert visitor.ask("GET", f"/owners/{one}/{place}")[0] == 200
    assert visitor.ask("PUT", f"/owners/{one}/{place}", {"text": "night"})[0] == 200
    for method in ("GET", "PUT", "DELETE"):
        body = {"text": "stolen"} if method == "PUT" else None
        assert visitor.ask(method, f"/owners/{two}/{place}", body)[0] == 404
    assert len(visitor.ask("GET", f"/owners/{one}/tariffs")[1]["notes"]) == 1
    assert visitor.ask("GET", f"/owners/{two}/tariffs")[1]["notes"] == []
    assert visitor.ask("DELETE", f"/owners/{one}/{place}")[0] == 204


def test_nothing_is_below_an_owner_who_is_not_there() -> None:
    visitor = Visitor()
    for method, place in (("POST", ""), ("GET", ""), ("GET", "/x"), ("PUT", "/x"), ("DELETE", "/x")):
        body = {"text": "a"} if method in ("POST", "PUT") else None
        assert visitor.ask(method, f"/owners/nobody/tariffs{place}", body) == (
            404,
            {"error": "no nobody", "code": "", "hint": None},
        )
