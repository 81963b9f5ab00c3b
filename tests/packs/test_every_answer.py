"""Every route x device x hour x scenario of every pack, parsed and held to the pack's contract."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.check import Checker, violations
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.exchange import Headers, Reply, Request, header
from replaysandbox.core.matching import hosts_of
from replaysandbox.core.pack import Credential, Pack, Route
from replaysandbox.core.session import Session
from replaysandbox.files.packs import pack_folders
from replaysandbox.files.places import PROFILES
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all, scenario_names
from replaysandbox.operations.ids import device_id, home_id, user_id
from replaysandbox.world.world import home_devices

PACKS = sorted(pack_folders())
SCENARIOS = sorted(scenario_names())
START = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def loaded(pack: str, scenario: str = "default") -> Loaded:
    return load_all(Settings(pack=(pack,), scenario=scenario), START).loaded


def checker(pack: str) -> Checker:
    return loaded(pack).checkers[pack]


def instants() -> Iterator[datetime]:
    """Every hour of a summer day, and some odd minutes of a winter's."""
    for hour in range(24):
        yield START + timedelta(hours=hour)
    for hour in range(1, 24, 6):
        yield START + timedelta(days=230, hours=hour, minutes=7 * hour, milliseconds=hour)


def key_for(pack: Pack, route: Route) -> tuple[Headers, str]:
    """Give the header fields and the query that let a caller in."""
    places = pack.credentials if route.credentials is None else route.credentials
    if not places:
        return (), ""
    place: Credential = places[0]
    if place.place == "query":
        return (), urlencode({place.name: pack.example_key})
    if place.scheme == "Basic":
        return ((place.name, f"Basic {b64encode(b'client:secret').decode()}"),), ""
    return ((place.name, f"{place.scheme} {pack.example_key}".strip()),), ""


def paths(imitated: Loaded, pack: Pack, route: Route, text: str = "") -> Iterator[str]:
    """List the paths of a route: of every device or home that its `{id}` can name, every word another part can be."""
    if "{" not in route.path:
        yield route.path
        return
    for words in product(*([(name, word) for word in words] for name, words in route.only.items())):
        for home in range(imitated.world.homes):
            named = {"home": home_id(pack, imitated.world, home), "user": user_id(pack, imitated.world, home)}
            beside = dict(words) | {name: named[what] for what, name in route.selects.items()}
            beside = {"user": named["user"]} | beside
            for each in [text] if text else ids(imitated, pack, route, home):
                known = {"id": each, **beside}  # what else a path names (a record, a signal) is not there
                yield re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "other"), route.path)  # noqa: B023  # used at once


def ids(imitated: Loaded, pack: Pack, route: Route, home: int) -> list[str]:
    """List what `{id}` can be in a home."""
    if route.by == "home" or "{id}" not in route.path:
        own = home_id(pack, imitated.world, home)
        other = home_id(pack, imitated.world, imitated.world.homes - 1)
        return [own, f"{own}{route.several}{other}"] if route.several and home == 0 else [own]
    devices = home_devices(imitated.world, home, route.family) if route.family else []
    return [device_id(pack, imitated.world, device) for device in devices]


def queries(route: Route, at: datetime, *, long: bool) -> Iterator[str]:
    """List queries of a route: a series is asked for in each of its steps, over a day or two.

    A year of a home takes a second to compute: such steps are asked for where `long` says so.
    """
    if route.series is None:
        yield ""
        return
    words = route.series
    if words.calendar:
        units = list(words.calendar.items())
        for count in range(1, len(units) + 1):
            yield urlencode({name: getattr(at, unit) for unit, name in units[:count]})
        return
    for word in words.steps if long else [each for each, step in words.steps.items() if step not in _LONG]:
        asked = {words.start: f"{at - timedelta(days=1):%Y-%m-%d}", words.end: f"{at:%Y-%m-%d}"}
        yield urlencode({**asked, words.step: word} if words.step else asked)


def ask(
    imitated: Loaded,
    pack: Pack,
    route: Route,
    path: str,
    at: datetime,
    query: str = "",
    body: bytes = b"",
    log: CommandLog | None = None,
) -> tuple[Reply, CommandLog]:
    headers, key = key_for(pack, route)
    if body.startswith(b"grant_type"):
        pair = b64encode(b"client:secret").decode()
        headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", f"Basic {pair}"))
    host = hosts_of(pack, route)[0]
    whole = "&".join(part for part in (query, key) if part)
    request = Request(route.method, "https", host, 443, path, whole, headers, body)
    log = log or CommandLog()
    answered = answer(request, imitated, Session(log=log), at)
    assert isinstance(answered.outcome, Reply)
    assert answered.outcome.verdict == "simulate", answered.outcome.body
    reply = answered.outcome
    found = violations(checker(pack.name), route.method, path, reply.status, reply.headers, reply.body)
    assert found == [], (route.name, path, reply.body)
    return reply, answered.log or log


_LONG = ("week", "month", "year")

READS = ("list", "read", "list_homes", "read_home", "show", "series", "list_actions", "list_records")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", PACKS)
def test_every_read_of_every_device_and_hour_keeps_the_contract(name: str, scenario: str) -> None:
    imitated = loaded(name, scenario)
    pack = imitated.packs[name]
    asked = 0
    for route in pack.routes:
        if route.method != "GET" or route.operation not in READS:
            continue
        for number, path in enumerate(paths(imitated, pack, route)):
            some = list(instants())[:: 9 if number == 0 else 27]
            for at in instants() if route.series is None else some:
                for query in queries(route, at, long=number == 0 and at == START):
                    ask(imitated, pack, route, path, at, query)
                    asked += 1
    assert asked > 100


@pytest.mark.parametrize("name", PACKS)
def test_a_route_nobody_may_use_without_a_key_says_so_in_the_apis_words(name: str) -> None:
    imitated = loaded(name)
    pack = imitated.packs[name]
    for route in pack.routes:
        if not key_for(pack, route)[0] and not key_for(pack, route)[1]:
            continue
        for path in list(paths(imitated, pack, route))[:1]:
            host = hosts_of(pack, route)[0]
            outcome = answer(Request(route.method, "https", host, 443, path), imitated, Session(), START).outcome
            assert isinstance(outcome, Reply)
            assert outcome.status == pack.errors["missing_credential"].status, route.name
            found = violations(checker(name), route.method, path, outcome.status, outcome.headers, outcome.body)
            assert found == [], route.name


@pytest.mark.parametrize("name", PACKS)
def test_what_is_not_there_is_said_in_the_apis_words(name: str) -> None:
    imitated = loaded(name)
    pack = imitated.packs[name]
    for route in pack.routes:
        if route.method == "GET" and "{id}" in route.path and (route.family or route.by == "home"):
            reply, _ = ask(imitated, pack, route, next(paths(imitated, pack, route, "nobody")), START)
            assert reply.status == pack.errors["device_not_found"].status, route.name


@pytest.mark.parametrize("name", PACKS)
def test_every_command_in_few_words_is_accepted_and_kept(name: str) -> None:
    imitated = loaded(name)
    pack = imitated.packs[name]
    for route in pack.routes:
        if route.operation != "command":
            continue
        named = {each.command for each in pack.routes if each.family == route.family}
        for command in {route.command} if route.command else pack.controls[route.family].commands.keys() - named:
            path = next(paths(imitated, pack, route))
            where = route.body.get("command", "")
            sent: dict[str, object] = {where: command} if where else {}
            parameters = pack.controls[route.family].commands[command].parameters
            sent |= {at: parameters[each].minimum for each, at in route.values.items() if each in parameters}
            body = json.dumps(sent).encode()
            _, log = ask(imitated, pack, route, path, START, body=body)
            (action,) = log.actions.values()
            assert action.command == command
            for at in instants():
                _read_again(imitated, pack, action.device, at, log)


def _read_again(imitated: Loaded, pack: Pack, device: DeviceRef, at: datetime, log: CommandLog) -> None:
    text = device_id(pack, imitated.world, device)
    for route in pack.routes:
        if route.operation == "read" and route.family == device.family and route.by == "device":
            path = next(paths(imitated, pack, route, text))
            reply, _ = ask(imitated, pack, route, path, at, log=log)
            assert reply.status == 200


@pytest.mark.parametrize("name", PACKS)
def test_tokens_are_issued_used_and_run_out(name: str) -> None:
    imitated = loaded(name)
    pack = imitated.packs[name]
    route = next((each for each in pack.routes if each.operation == "token"), None)
    if route is None or pack.oauth is None:
        assert pack.oauth is None
        return
    if "client_credentials" in route.grants:
        sent = {"grant_type": "client_credentials"}
    else:
        sent = {"grant_type": "authorization_code", "code": _code(imitated, pack)}
    reply, _ = ask(imitated, pack, route, route.path, START, body=urlencode(sent).encode())
    token = json.loads(reply.body)["access_token"]
    read = next(each for each in pack.routes if each.operation == "list" and "{" not in each.path)
    for later, status in ((0, 200), (pack.oauth.access_s - 1, 200), (pack.oauth.access_s, 401)):
        at = START + timedelta(seconds=later)
        headers = (("Authorization", f"Bearer {token}"),)
        request = Request("GET", "https", hosts_of(pack, read)[0], 443, read.path, "", headers)
        outcome = answer(request, imitated, Session(), at).outcome
        assert isinstance(outcome, Reply)
        assert outcome.status == status


def _code(imitated: Loaded, pack: Pack) -> str:
    route = next(each for each in pack.routes if each.operation == "authorize")
    query = f"client_id=me&redirect_uri={quote('https://app.example/done')}"
    reply, _ = ask(imitated, pack, route, route.path, START, query)
    return parse_qs(urlsplit(header(reply.headers, "location") or "").query)["code"][0]


def test_a_pack_is_data_alone() -> None:
    kinds = {path.suffix for path in PROFILES.rglob("*") if path.is_file()}
    assert kinds == {".yaml", ".j2"}


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("error=asleep", 409, {"type": "VEHICLE_STATE", "code": "ASLEEP"}),
        ("rate_limit; retry_after_s=30", 429, {"type": "RATE_LIMIT"}),
    ],
)
def test_a_fault_speaks_smartcars_words(fault: str, status: int, words: dict[str, str]) -> None:
    imitated = loaded("smartcar")
    pack = imitated.packs["smartcar"]
    route = next(each for each in pack.routes if each.path.endswith("/odometer"))
    path = next(paths(imitated, pack, route))
    headers = (*key_for(pack, route)[0], ("X-Sandbox-Fault", fault))
    outcome = answer(Request("GET", "https", pack.hosts[0], 443, path, "", headers), imitated, Session(), START).outcome
    assert isinstance(outcome, Reply)
    assert outcome.status == status, outcome.body
    assert violations(checker("smartcar"), "GET", path, status, outcome.headers, outcome.body) == []
    assert json.loads(outcome.body).items() >= words.items()
    assert header(outcome.headers, "retry-after") == ("30" if status == 429 else None)
