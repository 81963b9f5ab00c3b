from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from replaysandbox.answer import Loaded, load
from replaysandbox.asked import read_request
from replaysandbox.core.exchange import Reply, Request, remembering
from replaysandbox.core.matching import Match, Miss
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, write_pack
from tests.unit.worlds import KEY, amps


def get(path: str, query: str = "", **changes: object) -> Request:
    return replace(Request("GET", "https", "api.amps.ai", 443, path, query, KEY), **changes)  # type: ignore[arg-type]


def test_what_a_request_says() -> None:
    read = read_request(get("/battery", "limit=2"), amps())
    assert isinstance(read.found, Match)
    assert (read.found.route.name, read.query["limit"], read.refused, read.caller.error) == (
        "GET /battery",
        2,
        None,
        "",
    )


def test_a_miss_is_read_no_further() -> None:
    read = read_request(get("/batery", "limit=x"), amps())
    assert isinstance(read.found, Miss)
    assert read.refused is None


def test_what_is_wrong_with_it() -> None:
    assert read_request(get("/battery", headers=()), amps()).caller.error == "missing_credential"
    refused = read_request(get("/battery", "limit=x"), amps()).refused
    assert refused is not None
    assert (refused.error, refused.facts["parameter"]) == ("bad_parameter", "limit")
    wrong = Request("POST", "https", "api.amps.ai", 443, "/battery/x", "", KEY, b"{")
    assert getattr(read_request(wrong, amps()).refused, "error", "") == "bad_body"


@pytest.mark.parametrize(("text", "status"), [("yesterday", 400), ("2026-06-01T12:00:00", 400)])
def test_an_instant_that_is_none(text: str, status: int) -> None:
    asked = read_request(get("/battery", headers=(*KEY, ("X-Sandbox-At", text))), amps()).at
    assert isinstance(asked, Reply)
    assert asked.status == status


def test_it_is_read_once_for_each_load() -> None:
    request = remembering(get("/battery"))
    first = read_request(request, amps())
    assert read_request(request, amps()) is first
    other = load(tuple(amps().packs.values()), amps().world)
    assert read_request(request, other) is not first
    assert read_request(get("/battery"), amps()) is not read_request(get("/battery"), amps())


def test_two_requests_differ_in_their_keys() -> None:
    keys = {read_request(each, amps()).key for each in (get("/battery"), get("/hvac"), get("/battery", "limit=1"))}
    assert len(keys) == 3


CONTRACT = """openapi: 3.1.0
info: {title: Mine, version: "1"}
paths:
  /sites/{site}/things/{thing}/{from}/{mode}/{command}:
    get:
      parameters:
        - {name: site, in: path, required: true, schema: {type: integer}}
        - {name: thing, in: path, required: true, schema: {type: integer}}
        - {name: from, in: path, required: true, schema: {type: string, format: date-time}}
        - {name: mode, in: path, required: true, schema: {enum: [eco]}}
        - {name: command, in: path, required: true, schema: {enum: [go]}}
        - {name: much, in: query, required: true, schema: {type: integer}}
      responses: {"200": {description: fine}}
  /things/{id}:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              minProperties: 1
              properties: {a: {type: object, properties: {b: {type: integer}}}}
      responses: {"200": {description: fine}}
"""

ROUTE = """  - route: "GET /sites/{place}/things/{id}/{since}/{mode}/{word}"
    operation: command
    family: battery
    selects: {home: place}
    command: "{word}"
    refuses: [{error: bad_parameter, unless: {path.mode: [eco]}}]
    template: one.json.j2
  - {route: "POST /things/{id}", operation: show, family: battery}
controls: {battery: {commands: {go: {does: idle, execution: [immediate]}}}}
contract: openapi.yaml
strict_parameters: true
"""

ANSWERS = """    bad_body: {status: 400, message: "The body {reason}."}
    unknown_command: {status: 400, message: what}
    unsupported_unit: {status: 400, message: what}
    parameter_out_of_range: {status: 400, message: what}
routes:
"""


@cache
def strict() -> Loaded:
    with TemporaryDirectory() as place:
        folder = write_pack(Path(place) / "mine", PACK.replace("routes:\n", ANSWERS) + ROUTE)
        (folder / "openapi.yaml").write_text(CONTRACT)
        return load([read_pack(folder)], amps().world)


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("1/things/2/2026-01-01T00:00:00Z/eco/go", "much=1", "None None"),
        ("x/things/y/2026-01-01T00:00:00Z/loud/fly", "much=1", "None None"),  # judged by the route, in its own words
        ("1/things/2/yesterday/eco/go", "much=1", "from is wrong: 'yesterday' is not a 'date-time'"),
        ("1/things/2/2026-01-01T00:00:00Z/eco/go", "much=x", "much is wrong: 'x' is not of type 'integer'"),
        ("1/things/2/2026-01-01T00:00:00Z/eco/go", "", "much is missing"),
    ],
)
def test_a_strict_pack_holds_path_and_query_to_its_contract(path: str, query: str, told: str) -> None:
    request = Request("GET", "https", "api.mine.test", 443, f"/sites/{path}", query, ())
    read = read_request(request, strict())
    assert isinstance(read.found, Match)
    facts = read.refused.facts if read.refused is not None else {}
    assert f"{facts.get('parameter')} {facts.get('reason')}" == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is missing"),
        (b"{", "is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        (b"{}", "is wrong: {} should be non-empty"),
        (b'{"a": {"b": "x"}}', "is wrong at /a/b: 'x' is not of type 'integer'"),
    ],
)
def test_what_is_wrong_with_a_body_goes_on_the_body(body: bytes, told: str) -> None:
    headers = (("Content-Type", "application/json"),)
    read = read_request(Request("POST", "https", "api.mine.test", 443, "/things/1", "", headers, body), strict())
    assert read.refused is not None
    assert read.refused.facts["reason"] == told
