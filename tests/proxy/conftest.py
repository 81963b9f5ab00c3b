"""One CA for all proxy tests; a proxy and a canary for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from replaysandbox.proxy.ca import Authority, open_authority
from tests.proxy.canary import Canary, lead_everything_to, singing
from tests.proxy.talking import Proxy, proxy_running


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return open_authority(tmp_path_factory.mktemp("ca") / "confdir")


@pytest.fixture
def proxy(authority: Authority) -> Iterator[Proxy]:
    with proxy_running(authority) as running:
        yield running


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    with singing() as bird:
        lead_everything_to(bird, monkeypatch)
        yield bird
