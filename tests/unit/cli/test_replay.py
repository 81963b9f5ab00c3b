import click
import pytest

from replaysandbox.cli.replay import request_of


def test_a_call_to_explain_is_read() -> None:
    asked = request_of('post https://api.amps.ai:8443/battery/1?x=1 {"mode": "charge"}')
    assert (asked.method, asked.host, asked.port, asked.path, asked.query) == (
        "POST",
        "api.amps.ai",
        8443,
        "/battery/1",
        "x=1",
    )
    assert asked.body == b'{"mode": "charge"}'
    assert request_of("GET http://x").url == "http://x/"


@pytest.mark.parametrize("text", ["", "GET", "https://x/", "GET /battery", "GET ftp://x/"])
def test_what_is_no_call_is_told(text: str) -> None:
    with pytest.raises(click.UsageError, match="takes a method and a URL"):
        request_of(text)
