from __future__ import annotations

import pytest

from replaysandbox.control.guard import BODY_LIMIT, denial

TOKEN, PORT = "right", 4481
GOOD = {"host": "127.0.0.1:4481", "authorization": "Bearer right"}


def asked(method: str = "GET", path: str = "/v1/status", **fields: str | None) -> int:
    """Give the status a request is turned away with; 200 where it may come in."""
    headers = GOOD | {name.replace("_", "-"): value for name, value in fields.items() if value is not None}
    for name, value in fields.items():
        if value is None:
            headers.pop(name.replace("_", "-"))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    found = denial(method, path, raw, TOKEN, PORT)
    return found.status if found else 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:4481", 200),
        ("localhost:4481", 200),
        ("LOCALHOST:4481", 200),
        ("[::1]:4481", 200),
        ("127.0.0.1:4480", 421),
        ("127.0.0.1", 421),
        ("evil.example:4481", 421),
        ("127.0.0.1.evil.example:4481", 421),
        ("localhost.:4481", 421),
        ("127.0.0.1:4481@evil.example", 421),
        ("", 421),
        (None, 421),
    ],
)
def test_only_our_own_name_is_answered(host: str | None, status: int) -> None:
    assert asked(host=host) == status
    assert asked(path="/v1/ready", host=host, authorization=None) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:4481", 200),
        ("http://localhost:4481", 200),
        ("https://127.0.0.1:4481", 403),
        ("http://127.0.0.1:8000", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_other_origins_are_not_answered(method: str, origin: str, status: int) -> None:
    assert asked(method, origin=origin) == status


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer right", 200),
        ("bearer right", 200),
        ("Bearer  right", 200),
        ("Bearer wrong", 401),
        ("Bearer right2", 401),
        ("Bearer righ", 401),
        ("Bearer", 401),
        ("Basic right", 401),
        ("right", 401),
        ("", 401),
        ("Bearer r\xefght", 401),
        (None, 401),
    ],
)
def test_only_the_token_opens(given: str | None, status: int) -> None:
    assert asked(authorization=given) == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/ready", 200), ("POST", "/v1/ready", 401), ("GET", "/v1/ready/", 401), ("GET", "/v1/READY", 401)],
)
def test_one_path_is_open_and_only_to_reading(method: str, path: str, status: int) -> None:
    assert asked(method, path, authorization=None) == status


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("PUT", {"content_length": "2", "content_type": "application/json"}, 200),
        ("PUT", {"content_length": "2", "content_type": "Application/JSON; charset=utf-8"}, 200),
        ("PUT", {"content_length": "2", "content_type": "text/plain"}, 415),
        ("POST", {"content_length": "2", "content_type": "application/x-www-form-urlencoded"}, 415),
        ("POST", {"content_length": "2"}, 415),
        ("POST", {}, 200),
        ("POST", {"content_length": "0"}, 200),
        ("DELETE", {"content_length": "2", "content_type": "multipart/form-data"}, 415),
        ("PUT", {"content_length": str(BODY_LIMIT + 1), "content_type": "application/json"}, 413),
        ("PUT", {"content_length": "-1", "content_type": "application/json"}, 413),
        ("PUT", {"transfer_encoding": "chunked", "content_type": "application/json"}, 413),
        ("GET", {"transfer_encoding": "chunked"}, 413),
    ],
)
def test_bodies_are_small_and_declared_to_be_json(method: str, fields: dict, status: int) -> None:
    assert asked(method, **fields) == status


def test_two_values_where_there_must_be_one_open_nothing() -> None:
    twice = [(b"host", b"127.0.0.1:4481"), (b"host", b"evil.example"), (b"authorization", b"Bearer right")]
    assert denial("GET", "/v1/status", twice, TOKEN, PORT) is not None
    tokens = [(b"host", b"127.0.0.1:4481"), (b"authorization", b"Bearer x"), (b"authorization", b"Bearer right")]
    assert denial("GET", "/v1/status", tokens, TOKEN, PORT) is not None
