from replaysandbox.shrink.removed import call_of, removed
from replaysandbox.shrink.stages import fewer_exchanges, fewer_fields, plain_bodies, simpler_values, smaller_lists
from tests.unit.files.recorded import recorded
from tests.unit.shrink.driving import bodies, drive, pieces


def test_what_went_is_told_by_kind() -> None:
    start = pieces({"items": [{"id": 1, "rate": 7}, {"id": 2, "rate": None}, {"id": 3, "rate": 5}], "meta": 1}, 1, 2)
    left = start
    for stage in (fewer_exchanges, plain_bodies, smaller_lists, fewer_fields, simpler_values):
        left, _ = drive(
            stage(left, True),
            lambda now: (
                bool(now)
                and now[0].number == 0
                and any("rate" in item and item["rate"] is None for item in bodies(now)[0].get("items", []))
            ),
        )
    told = removed(start, left)
    call = "GET api.amps.ai/0"
    assert told.exchanges == (3, 1)
    assert told.size[0] > told.size[1] == len(b'{"items":[{"rate":null}]}')
    assert told.calls == {"GET api.amps.ai/1": 1, "GET api.amps.ai/2": 1}
    assert told.lists == {(call, "/items"): (3, 1)}
    assert told.fields[call, "/meta"] == told.fields[call, "/items/*/id"] == 1
    assert told.fields[call, "answer's field Content-Type"] == 1
    assert told.values == {}


def test_simpler_values_are_told() -> None:
    start = pieces({"more": True, "id": "abc"})
    left, _ = drive(plain_bodies(start, True), lambda now: True)
    left, _ = drive(simpler_values(left, True), lambda now: True)
    assert removed(start, left).values == {
        ("GET api.amps.ai/0", "/more"): "false",
        ("GET api.amps.ai/0", "/id"): '""',
    }


def test_an_exchange_is_named_without_its_query() -> None:
    assert call_of(recorded("/battery", query="key=1")) == "GET api.amps.ai/battery"
