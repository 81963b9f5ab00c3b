from typing import Any

import pytest

from replaysandbox.core.exchange import Request
from replaysandbox.core.json_body import BadBody
from replaysandbox.core.request_body import is_unread, read_body

FORM = "application/x-www-form-urlencoded"


def sent(body: bytes, kind: str = "", method: str = "POST") -> Request:
    headers = (("Content-Type", kind),) if kind else ()
    return Request(method, "https", "a.example", 443, "/", "", headers, body)


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        (sent(b'{"a": 1}'), {"a": 1}),
        (sent(b"a=1&b=", FORM), {"a": "1", "b": ""}),
        (sent(b' {"a": 1}', FORM), {"a": 1}),  # curl -d says form whatever it sends
        (sent(b"--x", "multipart/form-data; boundary=x"), None),
        (sent(b"\x89PNG", "image/png"), None),
        (sent(b"{}", method="GET"), None),
        (sent(b'{"a": 1}', method="DELETE"), {"a": 1}),
        (sent(b"nonsense", method="DELETE"), None),
        (sent(b""), None),
    ],
)
def test_a_body_is_read_as_what_it_says_it_is(request_: Request, value: Any) -> None:
    assert read_body(request_) == value


def test_what_is_no_json_is_told_and_what_is_not_looked_into_is_known() -> None:
    assert isinstance(read_body(sent(b'{"a"')), BadBody)
    assert isinstance(read_body(sent(b"\xff", FORM)), BadBody)
    assert is_unread(sent(b"a=1", FORM))
    assert is_unread(sent(b"x", "application/octet-stream"))
    assert not is_unread(sent(b"{}", "application/json"))
