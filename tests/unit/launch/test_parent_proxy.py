from __future__ import annotations

import pytest

from replaysandbox.launch.parent_proxy import parent_proxy

UP = "http://proxy.corp.example:3128"


@pytest.mark.parametrize(
    ("environ", "https", "http"),
    [
        ({}, "", ""),
        ({"HTTPS_PROXY": UP}, UP, ""),
        ({"https_proxy": UP, "HTTPS_PROXY": "http://other:1"}, UP, ""),
        ({"HTTP_PROXY": UP}, "", UP),
        ({"ALL_PROXY": UP}, UP, UP),
        ({"all_proxy": "http://all:1", "HTTPS_PROXY": UP}, UP, "http://all:1"),
        ({"HTTPS_PROXY": " proxy.corp.example:3128 "}, UP, ""),
        ({"HTTPS_PROXY": "", "https_proxy": ""}, "", ""),
    ],
)
def test_which_variable_names_the_parent(environ: dict[str, str], https: str, http: str) -> None:
    parent = parent_proxy(environ)
    assert parent.url_for("api.other.example") == https
    assert parent.url_for("api.other.example", "http") == http


def test_the_users_exceptions_are_reached_without_the_parent() -> None:
    parent = parent_proxy({"HTTPS_PROXY": UP, "NO_PROXY": ".intern.example,10.1.2.3", "no_proxy": "box"})
    assert parent.url_for("a.intern.example") == ""
    assert parent.url_for("A.INTERN.example") == ""
    assert parent.url_for("10.1.2.3") == ""
    assert parent.url_for("box") == ""
    assert parent.url_for("a.example") == UP


def test_a_star_means_that_there_is_no_parent() -> None:
    assert parent_proxy({"ALL_PROXY": UP, "NO_PROXY": "*"}).url_for("a.example") == ""
