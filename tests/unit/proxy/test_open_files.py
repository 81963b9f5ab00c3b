from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from replaysandbox.proxy import open_files
from replaysandbox.proxy.open_files import OTHER_FILES, as_found, most_clients


@pytest.fixture(autouse=True)
def _usual_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(open_files, "_soft", open_files._Soft())
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _soft() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_it_is_raised_for_clients_and_as_it_was_for_commands() -> None:
    assert most_clients(100) == 100
    assert _soft() == 512
    assert most_clients(1_000) == 1_000
    assert most_clients(1_100) == 1_100
    assert _soft() == 1_100 + OTHER_FILES
    one, other = as_found(), as_found()  # several trials of `repro` begin at a time
    with one:
        other.__enter__()
        assert _soft() == 512
    assert _soft() == 512
    other.__exit__(None, None, None)
    assert _soft() == 1_100 + OTHER_FILES


def test_where_nothing_was_raised_nothing_changes() -> None:
    with as_found():
        assert _soft() == 512
    assert _soft() == 512


def test_it_makes_do_with_what_it_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    with monkeypatch.context() as patched:
        patched.setattr(resource, "setrlimit", refused)
        assert most_clients(1_000) == 512 - OTHER_FILES


@pytest.mark.parametrize(
    ("files", "may_be", "most"),
    [
        (1024, 1024, 960),
        (256, 256, 192),
        (32, 32, 1),
        (1_000_000, 1_000_000, 4000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 4000),
        (1024, 2048, 1984),
        (1024, 1_000_000, 4000),
        (1024, resource.RLIM_INFINITY, 4000),
    ],
)
def test_as_many_clients_as_there_may_be_files(
    monkeypatch: pytest.MonkeyPatch, files: int, may_be: int, most: int
) -> None:
    held = [(files, may_be)]
    monkeypatch.setattr(resource, "getrlimit", lambda kind: held[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda kind, wanted: held.append(wanted))
    assert most_clients(4000) == most
    assert held[-1][1] == may_be
