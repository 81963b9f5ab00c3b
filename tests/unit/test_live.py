"""What may go on to the live API."""

from __future__ import annotations

import pytest

from replaysandbox.core.exchange import Forward, Reply, Request
from replaysandbox.core.matching import compile_routes
from replaysandbox.live import allowed, go_live
from tests.unit.worlds import amps

ROUTER = compile_routes(amps().packs.values())


def request(method: str, path: str, host: str = "api.amps.ai") -> Request:
    return Request(method, "https", host, 443, path)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("host", ["api.amps.ai", "metering.example"])
def test_reading_goes_on(method: str, host: str) -> None:
    outcome = go_live(request(method, "/battery", host), ROUTER, (), "s", keep=True)
    assert isinstance(outcome, Forward)
    assert outcome.live is not None
    assert (outcome.verdict, outcome.live.keep, outcome.live.session) == ("record", True, "s")
    assert outcome.live.route == ("GET /battery" if host == "api.amps.ai" else "")


@pytest.mark.parametrize(
    ("method", "path", "host", "option"),
    [
        ("POST", "/battery/device_1", "api.amps.ai", "--allow-writes 'POST /battery/{id}'"),
        ("DELETE", "/nothing/known", "api.amps.ai", "--allow-writes 'DELETE /nothing/known'"),
        ("OPTIONS", "/x", "metering.example", "--allow-writes 'OPTIONS /x'"),
    ],
)
def test_writing_is_refused_with_what_would_let_it_through(method: str, path: str, host: str, option: str) -> None:
    outcome = go_live(request(method, path, host), ROUTER, (), "s", keep=True)
    assert isinstance(outcome, Reply)
    assert (outcome.status, outcome.verdict) == (403, "refused")
    assert option in outcome.body.decode()
    named = option.removeprefix("--allow-writes ").strip("'")
    assert isinstance(go_live(request(method, path, host), ROUTER, (named,), "s", keep=False), Forward)


@pytest.mark.parametrize(
    ("written", "method", "path", "fits"),
    [
        ("all", "DELETE", "/x", True),
        ("POST /battery/{id}", "POST", "/battery/device_1", True),
        ("POST /battery/{id}", "POST", "/battery/", False),
        ("POST /battery/{id}", "POST", "/battery/a/b", False),
        ("POST /battery/{id}", "PUT", "/battery/a", False),
        ("POST /battery/{id}", "POST", "/battery/a%2Fb", True),
        ("POST /a", "POST", "/A", False),
    ],
)
def test_what_a_permission_names(written: str, method: str, path: str, fits: bool) -> None:
    assert allowed(method, path, (written,)) is fits


def test_a_route_that_only_reads_may_be_a_post() -> None:
    from dataclasses import replace

    (pack,) = amps().packs.values()
    routes = tuple(replace(route, effect="auth") if route.method == "POST" else route for route in pack.routes)
    router = compile_routes([replace(pack, routes=routes)])
    assert isinstance(go_live(request("POST", "/battery/x"), router, (), "s", keep=True), Forward)
