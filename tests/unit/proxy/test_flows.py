from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.capture import Recorded
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.foreign.losses import Losses
from replaysandbox.proxy.flows import flow_of, read_flows, write_flows
from tests.unit.files.foreign.made import DATA, read, write
from tests.unit.files.recorded import any_recorded, recorded


@pytest.mark.slow
@given(exchanges=st.lists(any_recorded(), max_size=4))
def test_nothing_is_lost_there_and_back(exchanges: list[Recorded], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("flows") / "x.flows"
    path.write_bytes(write(write_flows, exchanges)[0])
    assert read(read_flows, path) == (exchanges, [])


def test_what_mitmdump_wrote_is_read() -> None:
    found, lost = read(read_flows, DATA / "mitmproxy" / "live.flows")
    assert lost == []
    assert [one.request.path for one in found] == ["/battery/1", "/gzip", "/binary", "/post", "/"]
    assert found[2].response is not None
    assert found[2].response.body == bytes(range(256))
    assert found[3].request.body == b'{"a":1}'
    assert found[4].failure is not None
    assert found[4].failure.kind == "refused"


def test_what_a_person_changed_in_a_flow_counts(tmp_path: Path) -> None:
    from mitmproxy.io import FlowWriter

    flow = flow_of(recorded("/battery"))
    flow.request.path = "/changed?x=1"
    flow.request.timestamp_start += 60
    with (tmp_path / "x").open("wb") as file:
        FlowWriter(file).add(flow)
    (one,), _ = read(read_flows, tmp_path / "x")
    assert (one.request.path, one.request.query) == ("/changed", "x=1")
    assert (one.started - recorded().started).total_seconds() == 60


def test_what_is_no_http_or_has_no_answer_is_left_out_and_told(tmp_path: Path) -> None:
    from mitmproxy.io import FlowWriter
    from mitmproxy.test import tflow

    with (tmp_path / "x").open("wb") as file:
        for flow in (tflow.tudpflow(), tflow.tflow(), tflow.tflow(resp=True, ws=True)):
            FlowWriter(file).add(flow)
    found, lost = read(read_flows, tmp_path / "x")
    assert len(found) == 1
    assert lost == [
        "udp flows: no HTTP, left out (1 time, first in exchange 1)",
        "a flow without an answer: left out (1 time, first in exchange 2)",
        "WebSocket messages (1 time, first in exchange 3)",
    ]


def test_a_cut_file_is_told_with_the_flow_it_was_cut_in(tmp_path: Path) -> None:
    file = BytesIO()
    write_flows(file, [recorded(), recorded()], Losses())
    (tmp_path / "x").write_bytes(file.getvalue()[:-10])
    with pytest.raises(SandboxError, match=r"flow 2 cannot be read: .*\n    hint: what came before"):
        read(read_flows, tmp_path / "x")


@pytest.mark.parametrize("data", [b"5:hello,", b"12:abc", b"3:abc", b"9" * 40 + b":", b"1:" * 9])
def test_what_is_no_flow_file_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(SandboxError, match="flow 1 cannot be read"):
        read(read_flows, tmp_path / "x")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be read: No such file"):
        read(read_flows, tmp_path / "none")
