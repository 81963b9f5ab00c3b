import pytest

from replaysandbox.core.exchange import Request, header, with_header

HEADERS = (("X-Api-Key", "one"), ("Accept", "a"), ("x-api-key", "two"))


def test_header_finds_the_first_whatever_its_case() -> None:
    assert header(HEADERS, "x-API-key") == "one"
    assert header(HEADERS, "cookie") is None


def test_with_header_replaces_all_of_the_name_and_keeps_the_rest() -> None:
    assert with_header(HEADERS, [("X-API-KEY", "three")]) == (("Accept", "a"), ("X-API-KEY", "three"))


@pytest.mark.parametrize(
    ("scheme", "port", "query", "url"),
    [
        ("https", 443, "", "https://api.amps.ai/battery"),
        ("https", 8443, "a=1", "https://api.amps.ai:8443/battery?a=1"),
        ("http", 80, "", "http://api.amps.ai/battery"),
        ("http", 443, "", "http://api.amps.ai:443/battery"),
    ],
)
def test_url_is_written_as_a_person_would(scheme: str, port: int, query: str, url: str) -> None:
    assert Request("GET", scheme, "api.amps.ai", port, "/battery", query).url == url
