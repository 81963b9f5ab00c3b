from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.core.exchange import Reply
from replaysandbox.proxy.wire import closing, http1_bytes, http1_reply, to_wire


def test_status_headers_and_body_in_order() -> None:
    reply = Reply(201, (("Content-Type", "application/json"), ("X-Id", "7")), b"{}", "simulate")
    wire = to_wire(reply, "POST")
    assert (wire.status, wire.reason, wire.body) == (201, b"Created", b"{}")
    assert wire.headers == (
        (b"Content-Type", b"application/json"),
        (b"X-Id", b"7"),
        (b"X-Sandbox", b"simulate"),
        (b"Content-Length", b"2"),
    )


def test_head_has_the_length_that_get_would_have() -> None:
    wire = to_wire(Reply(200, body=b"12345"), "HEAD")
    assert (wire.body, dict(wire.headers)[b"Content-Length"]) == (b"", b"5")


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_neither_body_nor_length(status: int) -> None:
    wire = to_wire(Reply(status, body=b"12345"), "GET")
    assert wire.body == b""
    assert b"Content-Length" not in dict(wire.headers)


def test_what_a_reply_says_of_connection_length_and_verdict_is_replaced() -> None:
    theirs = (("transfer-encoding", "chunked"), ("CONNECTION", "close"), ("Content-Length", "99"), ("x-sandbox", "lie"))
    wire = to_wire(Reply(200, theirs, b"a", "fault=slow"), "GET")
    assert wire.headers == ((b"Content-Length", b"1"), (b"X-Sandbox", b"fault=slow"))


@pytest.mark.parametrize("status", [0, 100, 101, 199, 600, -1])
def test_statuses_that_are_no_answer(status: int) -> None:
    with pytest.raises(ValueError, match="200 to 599"):
        to_wire(Reply(status), "GET")


def test_an_unassigned_status_is_said_as_it_is() -> None:
    assert to_wire(Reply(599), "GET").reason == b"Unassigned"


@pytest.mark.parametrize(
    ("name", "value"), [("X Y", "a"), ("", "a"), ("X:", "a"), ("X\n", "a"), ("X", "a\nb"), ("X", "\0")]
)
def test_headers_that_would_break_the_message(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="header field"):
        to_wire(Reply(200, ((name, value),)), "GET")


def test_texts_beyond_latin_1_are_sent_as_utf_8() -> None:
    headers = to_wire(Reply(200, (("X", "é"), ("Y", "€"))), "GET").headers
    assert headers[:2] == ((b"X", b"\xe9"), (b"Y", b"\xe2\x82\xac"))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.binary(max_size=40), st.integers(200, 599))
def test_whatever_a_template_makes_is_one_message_or_an_error(name: str, value: str, body: bytes, status: int) -> None:
    """Law: no header field can end the head early, or begin another."""
    try:
        said = http1_bytes(to_wire(Reply(status, ((name, value),), body), "GET"), (("Connection", "close"),))
    except ValueError:
        return
    head, _, rest = said.partition(b"\r\n\r\n")
    bodiless = status in (204, 304)
    assert rest == (b"" if bodiless else body)
    assert len(head.split(b"\r\n")) <= 5
    assert head.split(b"\r\n")[-1] == b"Connection: close"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["X-A", "Content-Length", "content-length", "Keep-Alive"]), st.just("7"))),
    st.binary(max_size=40),
    st.sampled_from([200, 201, 204, 304, 404, 599]),
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from([None, -1, 3, 1000]),
)
def test_the_short_way_says_the_same(
    headers: list[tuple[str, str]], body: bytes, status: int, method: str, length: int | None
) -> None:
    reply = Reply(status, tuple(headers), body, length=length)
    wire = to_wire(reply, method)
    assert http1_reply(reply, method) == (http1_bytes(wire), wire.cut)


def test_the_last_answer_of_a_connection_says_so_at_the_end_of_its_head() -> None:
    said, _ = http1_reply(Reply(200, (("A", "b"),), b"x\r\n\r\ny"), "GET")
    head, _, body = closing(said).partition(b"\r\n\r\n")
    assert (head, body) == (said.partition(b"\r\n\r\n")[0] + b"\r\nConnection: close", b"x\r\n\r\ny")
