import json
from typing import Any

from replaysandbox.shrink.pieces import Pieces, exchange_of, piece_of, plain
from replaysandbox.shrink.stages import (
    fewer_exchanges,
    fewer_fields,
    fields_back,
    plain_bodies,
    simpler_values,
    smaller_lists,
)
from tests.unit.files.recorded import recorded
from tests.unit.shrink.driving import bodies, drive, pieces, with_headers


def all_plain(*values: Any) -> Pieces:
    return tuple(plain(piece) for piece in pieces(*values))


def test_exchanges_go_that_are_not_needed() -> None:
    left, _ = drive(fewer_exchanges(pieces(*range(40)), True), lambda now: {3, 17} <= {each.number for each in now})
    assert [piece.number for piece in left] == [3, 17]


def test_bodies_stay_as_they_are_that_fail_only_so() -> None:
    start = pieces({"a": 1}, {"b": 2})

    def fails(now: Pieces) -> bool:
        return b"\n" in exchange_of(now[0]).response.body  # type: ignore[union-attr, operator]  # it has one, at hand

    left, _ = drive(plain_bodies(start, True), fails)
    assert [piece.is_plain for piece in left] == [False, True]


def test_lists_become_smaller_inside_and_out() -> None:
    start = all_plain({"homes": [{"rates": list(range(9))} for _ in range(8)]}, [1, 2])

    def fails(now: Pieces) -> bool:
        homes = bodies(now)[0]["homes"]
        return any(7 in home["rates"] for home in homes)

    left, _ = drive(smaller_lists(start, False), fails)
    assert bodies(left) == [{"homes": [{"rates": [7]}]}, []]
    assert left[0].whole == {"homes": [{"rates": [7]}]}


def test_fields_and_header_fields_go() -> None:
    value = {"data": {"state": {"rate": None, "level": 3}, "id": "x"}, "meta": {"at": 1}}
    start = tuple(plain(with_headers(each, ("Date", "x"), ("Retry-After", "3"))) for each in pieces(value, value))

    def fails(now: Pieces) -> bool:
        fields = exchange_of(now[1]).response.headers  # type: ignore[union-attr]  # it has one
        state = bodies(now)[0].get("data", {}).get("state", {})
        return "rate" in state and ("Retry-After", "3") in fields

    for thorough in (False, True):
        start, _ = drive(fewer_fields(start, thorough), fails)
    assert bodies(start) == [{"data": {"state": {"rate": None}}}, {}]
    assert [each.recorded.response and each.recorded.response.headers for each in start] == [
        (),
        (("Retry-After", "3"),),
    ]
    assert all(each.recorded.request.headers == () for each in start)


def test_what_a_sent_body_is_compared_as_stays() -> None:
    piece = piece_of(0, recorded(headers=(("Content-Type", "application/json"), ("Accept", "*/*"))))
    left, _ = drive(fewer_fields((piece,), True), lambda now: True)
    assert left[0].recorded.request.headers == (("Content-Type", "application/json"),)


def test_values_become_simpler_as_far_as_they_can() -> None:
    start = all_plain({"rate": 7.25, "level": 3.5, "id": "device_1", "on": True, "none": None})

    def fails(now: Pieces) -> bool:
        return bodies(now)[0]["rate"] > 0 and bodies(now)[0]["level"] > 2

    left, _ = drive(simpler_values(start, True), fails)
    assert bodies(left) == [{"rate": 1, "level": 3, "id": "", "on": False, "none": None}]


def test_a_body_that_is_no_json_goes_whole() -> None:
    left, _ = drive(simpler_values((piece_of(0, recorded(body=b"<html>")),), False), lambda now: True)
    assert exchange_of(left[0]).response.body == b""  # type: ignore[union-attr]  # it has one


def test_fields_come_back_that_do_no_harm() -> None:
    value = {"more": True, "items": [{"id": "a", "level": 7}], "meta": {"took": 12}}
    (whole,) = all_plain(value)
    start: Pieces = (whole,)
    for stage in (fewer_fields, simpler_values):
        start, _ = drive(stage(start, True), lambda now: bodies(now)[0].get("more") is not None)
    assert bodies(start) == [{"more": False}]

    left, tried = drive(fields_back(start), lambda now: bodies(now)[0].get("more") is False)
    assert json.dumps(bodies(left)) == json.dumps([value | {"more": False}])
    assert left[0].recorded.response == whole.recorded.response
    assert left[0].recorded.request.headers == whole.recorded.request.headers
    assert tried < 10


def test_a_body_that_is_no_json_comes_back() -> None:
    piece = piece_of(0, recorded(body=b"<html>"))
    bare, _ = drive(simpler_values((piece,), False), lambda now: True)
    left, _ = drive(fields_back(bare), lambda now: True)
    assert left[0].recorded == piece.recorded
