import gzip
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.capture import BodyFile, RecordedRequest
from tests.unit.replay.make import FORM, JSON, ask, matches


def post(body: bytes, headers: tuple[tuple[str, str], ...] = JSON) -> RecordedRequest:
    return ask(method="POST", headers=headers, body=body)


def multipart(boundary: str, value: str = "1", name: str = "a.bin") -> RecordedRequest:
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="n"\r\n\r\n{value}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        ).encode()
        + b"\xff\x00\r\n--"
        + f"{boundary}--\r\n".encode()
    )
    return post(body, (("Content-Type", f"multipart/form-data; boundary={boundary}"),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (post(b'{"a": 1, "b": [true, null]}'), post(b'{"b":[true,null],"a":1.0}')),
        (post(b'{"a": "\\u00e4"}'), post('{"a":"ä"}'.encode())),
        (post(b"a=1&b=x%20y", FORM), post(b"b=x+y&a=1", FORM)),
        (multipart("one"), multipart("another-boundary")),
        (ask("/a%2Db/%7Ec"), ask("/a-b/~c")),
        (ask(query="a=1&b=2"), ask(query="b=2&a=%31")),
        (post(gzip.compress(b"{}", mtime=1), (*JSON, ("Content-Encoding", "gzip"))), post(b"{ }")),
    ],
)
def test_what_says_the_same_is_the_same(one: RecordedRequest, other: RecordedRequest) -> None:
    assert matches(one, other)
    assert matches(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (post(b'{"a": 1}'), post(b'{"a": "1"}')),
        (post(b'{"a": [1, 2]}'), post(b'{"a": [2, 1]}')),
        (post(b'{"a": {}}'), post(b'{"a": []}')),
        (post(b'{"a": null}'), post(b"{}")),
        (post(b"a=1&a=2", FORM), post(b"a=2&a=1", FORM)),
        (multipart("b", "1"), multipart("b", "2")),
        (multipart("b", "1", "a.bin"), multipart("b", "1", "b.bin")),
        (ask("/a%2Fb"), ask("/a/b")),
        (ask(query="a=1"), ask(query="a=1&a=1")),
        (ask(), ask(method="HEAD")),
        (ask(), ask("/battery/")),
        (post(b"\xff", ()), post(b"\xfe", ())),
        (post(b"{not json"), post(b"{not json!")),
    ],
)
def test_what_says_something_else_is_not(one: RecordedRequest, other: RecordedRequest) -> None:
    assert matches(one, one)
    assert not matches(one, other)


def test_a_body_nested_deeper_than_python_goes_is_compared() -> None:
    deep = b"[" * 900 + b"]" * 900
    assert sys.getrecursionlimit() < 2 * 900
    assert matches(post(deep), post(deep + b" "))


def test_a_large_body_is_known_by_its_hash() -> None:
    import hashlib

    large = b"\xff" * 300_000
    kept = BodyFile(hashlib.sha256(large).hexdigest(), len(large))
    assert matches(ask(method="PUT", body=kept), ask(method="PUT", body=large))
    assert not matches(ask(method="PUT", body=kept), ask(method="PUT", body=large + b"x"))


@given(st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3), st.lists, max_leaves=5))
def test_json_is_compared_by_value(value: object) -> None:
    import json

    assert matches(post(json.dumps({"x": value}).encode()), post(json.dumps({"x": value}, indent=3).encode()))
