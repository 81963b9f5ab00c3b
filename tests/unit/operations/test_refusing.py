from __future__ import annotations

from tests.unit.operations.site_pack import KEY, Visitor


def test_a_word_in_the_path_that_no_rule_lets_pass_is_refused_with_the_errors_own_words() -> None:
    visitor = Visitor()
    site = visitor.site()
    assert visitor.ask("POST", f"/sites/{site}/mode/auto")[0] == 204
    assert visitor.ask("POST", f"/sites/{site}/mode/eco-2")[0] == 204
    status, told = visitor.ask("POST", f"/sites/{site}/mode/sleep")
    assert (status, told["error"]) == (404, f"sleep is no mode of {site}; ['auto', 'eco*']")


def test_all_of_when_has_to_be_said() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/mode/auto?unit="
    assert visitor.ask("POST", f"{place}C")[0] == 204
    assert visitor.ask("POST", f"{place}F")[0] == 401
    visitor.headers = (*KEY, ("X-Account", "me"))
    assert visitor.ask("POST", f"{place}F")[0] == 204


def test_a_part_of_the_body_is_refused_by_how_it_begins_or_where_it_is_missing() -> None:
    visitor = Visitor(headers=())
    for secret, status in (({"word": "right"}, 200), ({"word": "wrong1"}, 401), ({}, 401), ("text", 401)):
        body = {"userName": "me", "secret": secret}
        assert visitor.ask("POST", "/accounts/login", body, "auth.sites.test")[0] == status
    assert visitor.ask("POST", "/accounts/login", None, "auth.sites.test")[1]["error"] == "None is wrong"


def test_a_wrong_key_is_told_first() -> None:
    visitor = Visitor()
    place = f"/sites/{visitor.site()}/mode/sleep"
    visitor.headers = ()
    assert visitor.ask("POST", place)[1]["error"] == "no key"
