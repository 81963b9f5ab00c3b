from dataclasses import replace

import pytest

from replaysandbox.core.match_rules import MatchRules
from replaysandbox.replay.answer import Found, Missed, Turns, find
from replaysandbox.replay.index import Index
from tests.unit.replay.make import JSON, ask, script


def index(*requests: object, redacted: tuple[str, ...] = ()) -> Index:
    made = Index(MatchRules())
    for number, request in enumerate(requests):
        made.add(number, request, redacted)  # type: ignore[arg-type]
    return made


def test_all_that_are_alike_are_found_in_order() -> None:
    made = index(ask("/a"), ask("/b"), ask("/a"), ask("/a", "x=1"))
    assert made.alike(ask("/a")) == (0, 2)
    assert made.alike(ask("/c")) == ()


def test_ports_part_only_where_a_host_has_several() -> None:
    assert index(ask(port=8443)).alike(ask(port=443)) == (0,)
    two = index(ask(port=8443), ask(port=9443))
    assert two.alike(ask(port=9443)) == (1,)
    assert two.alike(ask(port=443)) == ()
    assert two.alike(ask(port=4480), any_port=True) == (0,)


@pytest.mark.parametrize(
    ("place", "kept", "asked", "other"),
    [
        ("path:1", ask("/vehicles/VIN0"), ask("/vehicles/REAL"), ask("/batteries/REAL")),
        ("query:owner", ask(query="owner=p&x=1"), ask(query="x=1&owner=real"), ask(query="x=2&owner=real")),
        (
            "json:/items/*/vin",
            ask(method="POST", headers=JSON, body=b'{"items": [{"vin": "p"}, {"vin": "q"}]}'),
            ask(method="POST", headers=JSON, body=b'{"items": [{"vin": "1"}, {"vin": "2"}]}'),
            ask(method="POST", headers=JSON, body=b'{"items": [{"vin": "1"}]}'),
        ),
    ],
)
def test_what_was_redacted_is_matched_by_presence(place: str, kept: object, asked: object, other: object) -> None:
    made = index(kept, redacted=(place,))
    assert made.alike(asked) == (0,)  # type: ignore[arg-type]
    assert made.alike(other) == ()  # type: ignore[arg-type]


def test_the_exchange_with_fewer_unknown_places_wins() -> None:
    made = Index(MatchRules())
    made.add(0, ask("/vehicles/hidden"), ("path:1",))
    made.add(1, ask("/vehicles/known"))
    assert made.alike(ask("/vehicles/known")) == (1,)
    assert made.alike(ask("/vehicles/other")) == (0,)


def test_a_request_is_also_looked_for_redacted() -> None:
    redacting = replace(script([ask("/vehicles/P1")]), rewrites=(lambda r: replace(r, path="/vehicles/P1"),))
    assert isinstance(find(redacting, ask("/vehicles/REAL"), Turns()), Found)
    assert isinstance(find(script([ask("/vehicles/P1")]), ask("/vehicles/REAL"), Turns()), Missed)


def test_nearest_are_those_of_the_path_then_of_the_host() -> None:
    made = index(ask("/a/1"), ask("/a/2"), ask("/b"))
    assert made.nearest(ask("/a/2", "x=1")) == (1,)
    assert made.nearest(ask("/a/3")) == (0, 1)
    assert made.nearest(ask("/x/y/z")) == (0, 1, 2)
