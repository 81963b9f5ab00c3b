"""Arbitrary input to the parts that read what strangers wrote: captures, packs, paths, and the redactor.

The usual run tries some; `make fuzz` more (FUZZ=5000).
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replaysandbox.core.errors import SandboxError
from replaysandbox.core.matching import Match, Miss, compile_routes, find_route
from replaysandbox.core.pack import Pack
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.files.packs import read_packs
from replaysandbox.files.yaml_file import parse_yaml
from replaysandbox.redact.redactor import Redactor
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack
from tests.unit.files.recorded import HEADER, recorded
from tests.unit.redact.made import KEY

EXAMPLES = int(os.environ.get("FUZZ", "60"))
FUZZED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

BYTES = st.binary(max_size=200) | st.sampled_from(
    [b"\n", b"{", b"}", b'"', b"\x00", b"\xff", b"\xed\xa0\x80", b"[" * 500]
)


def _mutated(whole: bytes, place: int, cut: int, put: bytes) -> bytes:
    place %= len(whole) + 1
    return whole[:place] + put + whole[place + cut :]


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return list(read_packs((), ()))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("capture") / "a.capture"
    with open_writer(file, HEADER) as writer:
        for _ in range(3):
            writer.append(recorded())
    return file.read_bytes()


@FUZZED
@given(st.integers(0, 10**6), st.integers(0, 300), BYTES)
def test_a_damaged_capture(tmp_path: Path, capture: bytes, place: int, cut: int, put: bytes) -> None:
    """Told, or read as far as it is whole: never a crash, never more exchanges than were written."""
    file = tmp_path / "damaged.capture"
    file.write_bytes(_mutated(capture, place, cut, put))
    told = "damaged.capture was read"
    try:
        with open_capture(file) as opened:
            assert sum(1 for _ in opened) <= 3 + put.count(b"\n")
    except SandboxError as error:
        told = str(error)
    assert "damaged.capture" in told


@FUZZED
@given(
    st.integers(0, 10**6),
    st.integers(0, 30),
    st.text(max_size=20) | st.sampled_from(["\n", ": ", "- ", "{", "&a ", "*a"]),
)
def test_a_damaged_pack(tmp_path_factory: pytest.TempPathFactory, place: int, cut: int, put: str) -> None:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder / "mine", PACK, TEMPLATES)
    text = _mutated(PACK.encode(), place, cut, put.encode("utf-8", "surrogatepass"))
    (folder / "mine" / "pack.yaml").write_bytes(text)
    told = "mine was read"
    try:
        assert [pack.name for pack in read_packs(("mine",), (folder,))] == ["mine"]
    except SandboxError as error:
        told = str(error)
    assert "mine" in told


@FUZZED
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_as_yaml(text: str) -> None:
    told = "any.yaml was read"
    try:
        parse_yaml(text, "any.yaml")
    except SandboxError as error:
        told = str(error)
    assert "any.yaml" in told


@FUZZED
@given(st.sampled_from(["GET", "POST", "", "get", "\x00"]), st.text(st.characters(codec="latin-1"), max_size=60))
def test_any_path(packs: list[Pack], method: str, path: str) -> None:
    router = compile_routes(packs)
    for host in ("api.amps.ai", "nobody.example"):
        for asked in (path, "/" + path, f"/battery/{path}"):
            found = find_route(router, method, host, asked)
            assert isinstance(found, Match | Miss)
            if isinstance(found, Match):
                assert all(isinstance(value, str) for value in found.arguments.values())


JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@FUZZED
@given(JSONS, st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded", ""]))
def test_a_secret_anywhere_in_any_body(value: object, kind: str) -> None:
    """The redactor takes any body, leaves none of the secret, and leaves JSON what it was."""
    secret = "cnry5f0c9a7713d2e8"
    body = json.dumps({"access_token": secret, "value": value, "again": f"x {secret} y"}).encode()
    answered = recorded(body=body)
    assert answered.response is not None
    sent = replace(answered, response=replace(answered.response, headers=(("Content-Type", kind),)))
    kept = Redactor(KEY).exchange(sent)
    assert kept.response is not None
    assert isinstance(kept.response.body, bytes)
    if kind in ("application/json", ""):
        assert secret.encode() not in kept.response.body
        assert json.loads(kept.response.body).keys() == {"access_token", "value", "again"}


@FUZZED
@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", "text/html", "multipart/form-data; boundary=x", "a/b"]),
)
def test_any_bytes_as_a_body(body: bytes, kind: str) -> None:
    answered = recorded(body=body)
    assert answered.response is not None
    sent = replace(answered, response=replace(answered.response, headers=(("Content-Type", kind),)))
    assert Redactor(KEY).exchange(sent).response is not None
