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
