import pytest

from replaysandbox.core.urls import url_parts


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
