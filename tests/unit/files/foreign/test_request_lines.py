from __future__ import annotations

import pytest

from replaysandbox.files.foreign.losses import Losses
from replaysandbox.files.foreign.request_lines import method_of, told_fields, url_of
from tests.unit.files.recorded import recorded


def test_own_and_impossible_fields_are_left_out() -> None:
    losses = Losses()
    fields = (("Host", "api.amps.ai"), ("Content-Length", "3"), ("@/etc/passwd", "x"), ("X", "a\r\nb"), ("Y", "1"))
    assert told_fields(recorded(headers=fields).request, losses) == (("Y", "1"),)
    assert losses.lines() == ["a header field with characters that no field may have"]


def test_another_host_than_the_urls_is_kept() -> None:
    assert told_fields(recorded(headers=(("Host", "x.example"),)).request, Losses()) == (("Host", "x.example"),)


@pytest.mark.parametrize(("method", "told"), [("PATCH", "PATCH"), ("GET\nX", "GET"), ("--x", "GET")])
def test_a_method_is_one(method: str, told: str) -> None:
    assert method_of(recorded(method=method).request, Losses()) == told


def test_braces_and_quotes_are_percent_encoded() -> None:
    assert (
        url_of(recorded("/{{x}}'", query='a="1"').request, Losses()) == "https://api.amps.ai/%7B%7Bx%7D%7D'?a=%221%22"
    )
    assert url_of(recorded("*").request, Losses()) == "https://api.amps.ai/"
