"""One CA for all proxy tests; a proxy and a canary for each, and each test in both lanes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from replaysandbox.proxy.ca import Authority, open_authority
from tests.proxy.canary import Canary, lead_everything_to, singing
from tests.proxy.talking import Proxy, proxy_running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return open_authority(tmp_path_factory.mktemp("ca") / "confdir")


@pytest.fixture(params=["fast", "flow"])
def lane(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(authority: Authority, lane: str) -> Iterator[Proxy]:
    with proxy_running(authority, lane=lane) as running:
        yield running


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    with singing() as bird:
        lead_everything_to(bird, monkeypatch)
        yield bird
