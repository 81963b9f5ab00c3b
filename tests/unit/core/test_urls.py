import pytest

from replaysandbox.core.exchange import Request
from replaysandbox.core.urls import url_parts, url_text


def test_a_url_has_its_parts() -> None:
    parts = url_parts("https://App.test:8443/done?a=1")
    assert (parts.scheme, parts.hostname, parts.port, parts.path, parts.query) == (
        "https",
        "app.test",
        8443,
        "/done",
        "a=1",
    )


@pytest.mark.parametrize("text", ["https://[", "https://[::1", "https://]/a", "https://a:b/c", "https://a:99999/c"])
def test_what_cannot_be_taken_apart_has_none(text: str) -> None:
    assert url_parts(text) == ("", "", "", "", "")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("https", "a.test", 443, "/b", "c=1"), "https://a.test/b?c=1"),
        (("http", "a.test", 80, "/"), "http://a.test/"),
        (("https", "a.test", 80, "/"), "https://a.test:80/"),
        (("https", "a.test", 0, "/"), "https://a.test/"),
        (("http", "::1", 8080, "/b"), "http://[::1]:8080/b"),
        (("https", "2001:db8::1", 443, "/b"), "https://[2001:db8::1]/b"),
    ],
)
def test_a_url_is_written_as_people_do(parts: tuple[str, str, int, str], text: str) -> None:
    assert url_text(*parts) == text
    assert Request("GET", *parts).url == text
