import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.pointers import followed, joined, parts_of, target_of, value_at


@given(st.lists(st.text()))
def test_a_pointer_is_taken_apart_as_it_was_put_together(parts: list[str]) -> None:
    assert parts_of(joined("", *parts)) == tuple(parts)


def test_a_pointer_leads_through_objects_and_lists() -> None:
    document = {"a/b": [{"c": 7}], "r": {"$ref": "#/s"}, "s": {"$ref": "#/a~1b/0/c"}, "loop": {"$ref": "#/loop"}}
    assert value_at(document, "/a~1b/0/c") == 7
    assert followed(document, "/r") == ("/a~1b/0/c", 7)
    assert target_of("#/a/%7Bid%7D") == "/a/{id}"
    for nowhere in ("/x", "/a~1b/1", "/a~1b/x", "/s/y"):
        with pytest.raises(KeyError):
            value_at(document, nowhere)
    with pytest.raises(KeyError):
        followed(document, "/loop")
