from tests.unit.operations.site_pack import Visitor


def test_a_site_stands_for_its_first_battery_and_a_car_for_itself() -> None:
    visitor = Visitor()
    assert visitor.ask("GET", f"/sites/{visitor.site()}/battery")[1]["on"] is True
    assert visitor.ask("GET", "/sites/12/battery")[0] == 404
    assert visitor.ask("GET", f"/cars/{visitor.site()}")[0] == 404


def test_pages_may_be_numbered_and_a_list_narrowed_by_its_path() -> None:
    visitor = Visitor()
    site = visitor.site()
    _, first = visitor.ask("GET", f"/sites/{site}/cars?limit=1")
    _, second = visitor.ask("GET", f"/sites/{site}/cars?limit=1&page=2")
    assert (first["page"], second["page"], first["pages"]) == (1, 2, 2)
    assert len({*first["cars"], *second["cars"]}) == 2
    assert visitor.ask("GET", "/sites/1/cars")[1]["cars"] == []


def test_a_device_is_found_by_each_of_its_ids_and_kept_under_one() -> None:
    visitor = Visitor()
    _, car = visitor.ask("GET", f"/cars/{visitor.car()}")
    ids = [car["id"], car["ids"]["vin"], car["ids"]["serial"]]
    assert [visitor.ask("GET", f"/cars/{each}")[1]["id"] for each in ids] == [car["id"]] * 3
    assert (len(ids[1]), ids[1][:3], ids[2][:2], len(ids[2])) == (17, "WVW", "C-", 15)
    for path in ("half", "current"):
        assert visitor.ask("POST", f"/cars/{ids[1]}/{path}", {"amps": 8})[0] == 200
        assert visitor.device == ids[0], "the journal counts one device"
    visitor.ask("PUT", f"/cars/{ids[1]}/lock", {"locked": True})
    assert [visitor.ask("GET", f"/cars/{each}")[1]["lock"] for each in ids] == [{"locked": True}] * 3
    battery = visitor.ask("GET", f"/sites/{visitor.site()}/battery")[1]
    assert battery["on"] is True
    assert visitor.ask("GET", f"/cars/{ids[1][:-1]}")[0] == 404


def test_a_device_has_to_be_of_the_home_and_the_user_its_path_names() -> None:
    visitor = Visitor()
    car, sites = visitor.car(), visitor.ask("GET", "/sites?limit=2")[1]["sites"]
    assert [visitor.ask("GET", f"/sites/{site}/cars/{car}")[0] for site in sites] == [200, 404]
    _, done = visitor.ask("POST", f"/cars/{car}/half")
    assert visitor.ask("GET", f"/people/{done['user']}/cars/{car}")[0] == 200
    assert visitor.ask("GET", f"/people/u_000000000/cars/{car}")[0] == 404


def test_a_path_may_name_several_homes_and_all_have_to_be_there() -> None:
    visitor = Visitor()
    one, two = visitor.ask("GET", "/sites?limit=2")[1]["sites"]
    status, both = visitor.ask("GET", f"/sites/{two},{one}/grid")
    assert (status, both["first"], [each["id"] for each in both["all"]]) == (200, two, [two, one])
    assert len({each["grid"] for each in both["all"]}) == 2
    assert [each["id"] for each in visitor.ask("GET", f"/sites/{one}/grid")[1]["all"]] == [one]
    assert visitor.ask("GET", f"/sites/{one},7/grid")[1]["error"] == "no 7"
    assert visitor.ask("GET", f"/sites/{one},/grid")[0] == 404
    assert visitor.ask("GET", f"/sites/{one},{two}")[0] == 404, "this route takes one"
    assert visitor.ask("GET", f"/sites/{','.join([one] * 101)}/grid")[0] == 400
