import pytest

from replaysandbox.core.exchange import Headers, Request
from replaysandbox.core.session import choose_session, valid_session_name


def request(path: str = "/battery", headers: Headers = (), way: str = "base", user: str = "") -> Request:
    return Request("GET", "http", "", 80, path, headers=headers, way=way, proxy_user=user)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "session"),
    [
        (request(), "default"),
        (request("/~path/battery"), "path"),
        (request("/~path/battery", user="user"), "user"),
        (request("/~path/battery", (("baggage", "a=1, sandbox-session=b%41g ;p=1"),), user="user"), "bAg"),
        (request(headers=(("X-Sandbox-Session", "head"), ("baggage", "sandbox-session=bag"))), "head"),
        (request("/~path/battery", way="connect"), "default"),
    ],
)
def test_first_hit_wins(asked: Request, session: str) -> None:
    assert choose_session(asked)[0] == session


@pytest.mark.parametrize(
    ("path", "rest"),
    [("/~t/amps/battery", "/amps/battery"), ("/~t", "/"), ("/~t/", "/"), ("/battery", "/battery")],
)
def test_the_session_prefix_is_taken_off_the_path(path: str, rest: str) -> None:
    assert choose_session(request(path))[1].path == rest


def test_sessions_by_credential_show_a_hash_only() -> None:
    name, _ = choose_session(request(), "sk_test_secret")
    assert name.startswith("key-")
    assert "secret" not in name
    assert choose_session(request(), "sk_test_other")[0] != name
    assert choose_session(request(user="mine"), "sk_test_secret")[0] == "mine"


@pytest.mark.parametrize(
    ("name", "good"), [("test-17", True), ("a.b_C", True), ("", False), ("a/b", False), ("x" * 65, False)]
)
def test_names(name: str, good: bool) -> None:
    assert valid_session_name(name) is good
