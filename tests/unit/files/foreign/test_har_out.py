from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator
from referencing import Registry
from referencing.jsonschema import DRAFT6

from replaysandbox.core.capture import Recorded, RecordedResponse
from replaysandbox.files.foreign.har_in import read_har
from replaysandbox.files.foreign.har_out import har_entry, write_har
from replaysandbox.redact.coding import encoded
from tests.unit.files.foreign.made import DATA, read, write
from tests.unit.files.recorded import STARTED, any_recorded, recorded


def round_trip(folder: Path, exchanges: list[Recorded]) -> list[Recorded]:
    path = folder / "x.har"
    path.write_bytes(write(write_har, exchanges)[0])
    return read(read_har, path)[0]


@pytest.mark.slow
@given(exchanges=st.lists(any_recorded(), max_size=4))
def test_nothing_is_lost_there_and_back(exchanges: list[Recorded], tmp_path_factory: pytest.TempPathFactory) -> None:
    assert round_trip(tmp_path_factory.mktemp("har"), exchanges) == exchanges


@given(plain=st.binary(min_size=1, max_size=200), coding=st.sampled_from(["gzip", "br", "zstd", "deflate"]))
def test_coded_bodies_come_back_to_the_byte(
    plain: bytes, coding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = encoded(plain, (coding,))
    exchange = Recorded(
        STARTED, recorded().request, RecordedResponse(200, (("content-encoding", coding),), body, "OK", "HTTP/2.0")
    )
    assert round_trip(tmp_path_factory.mktemp("har"), [exchange]) == [exchange]


def test_a_browser_sees_the_body_without_its_coding() -> None:
    body = gzip.compress(b'{"soc": 71}')
    entry = har_entry(
        Recorded(STARTED, recorded().request, RecordedResponse(200, (("Content-Encoding", "gzip"),), body))
    )
    content = entry["response"]["content"]
    assert (content["text"], content["size"], entry["response"]["bodySize"]) == ('{"soc": 71}', 11, len(body))


def test_a_body_that_was_changed_in_the_har_counts(tmp_path: Path) -> None:
    body = gzip.compress(b'{"soc": 71}')
    exchange = Recorded(STARTED, recorded().request, RecordedResponse(200, (("Content-Encoding", "gzip"),), body))
    text = write(write_har, [exchange])[0].replace(rb"{\"soc\": 71}", rb"{\"soc\": 12}")
    (tmp_path / "x.har").write_bytes(text)
    response = read(read_har, tmp_path / "x.har")[0][0].response
    assert response is not None
    assert isinstance(response.body, bytes)
    assert gzip.decompress(response.body) == b'{"soc": 12}'


def test_cookies_and_query_are_taken_apart() -> None:
    exchange = recorded("/x", query="a=1&b=", headers=(("Cookie", "sid=7; k=v"),))
    entry = har_entry(exchange)
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert entry["request"]["cookies"] == [{"name": "sid", "value": "7"}, {"name": "k", "value": "v"}]


def _schema() -> Draft6Validator:
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (DATA / "har-schema").glob("*.json")}
    resources = [(name, DRAFT6.create_resource(schema)) for name, schema in schemas.items()]
    registry: Registry = Registry().with_resources([*resources, *((schemas[n]["$id"], r) for n, r in resources)])
    return Draft6Validator(schemas["har.json"], registry=registry)


SCHEMA = _schema()


@pytest.mark.slow
@given(exchanges=st.lists(any_recorded(), max_size=3))
def test_it_is_har_1_2(exchanges: list[Recorded]) -> None:
    document = json.loads(write(write_har, exchanges)[0])
    assert [error.message for error in SCHEMA.iter_errors(document)] == []


def test_the_schema_would_find_what_is_no_har() -> None:
    document = json.loads(write(write_har, [recorded()])[0])
    del document["log"]["entries"][0]["response"]["status"]
    assert list(SCHEMA.iter_errors(document)) != []
