"""Hostile contracts from schemas.yaml: refused in time with the file named, or held to in time; nothing fetched."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from replaysandbox.check import make_checker
from replaysandbox.cli.door import BUG, invoke
from replaysandbox.conformance import Seen, hold
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.proxy.ca import Authority
from tests.hostile.conftest import AT, CASE_S, bystander
from tests.proxy.canary import Canary, singing
from tests.proxy.talking import dial, get, hear, proxy_running
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

CASES = {case["name"]: case for case in yaml.safe_load(Path(__file__).with_name("schemas.yaml").read_text("utf-8"))}
MOST_MB = 512
BAD_BODY = "    bad_body: {status: 400, message: bad body}\n"
ROUTE = "  - {route: POST /things, operation: show, template: said.json.j2}\n"
SECRET = "cnry-outside-8c1f"
JSON = (("Content-Type", "application/json"),)

_watched: list[str] = []
_opened: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched and event == "open" and str(arguments[0]) in _watched:
        _opened.append(str(arguments[0]))


sys.addaudithook(_watch)


@contextmanager
def _nothing_outside(*files: Path) -> Iterator[None]:
    """Hold that Python opens none of these files meanwhile."""
    _watched.extend(map(str, files))
    try:
        yield
        assert _opened == []
    finally:
        _watched.clear()
        _opened.clear()


def _made(case: dict[str, Any], value: Any) -> Any:
    """Put in what is too long to be written down."""
    if isinstance(value, dict):
        return {key: _made(case, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_made(case, inner) for inner in value]
    match value:
        case "@numbers":
            return list(range(case["numbers"]))
        case "@names":
            return [f"n{number}" for number in range(case["names"])]
        case "@digits":
            return int("9" * case["digits"])
    return value


def _bomb(word: str, width: int, depth: int) -> dict[str, Any]:
    """Make schemas of which each leads to the next several times."""
    schemas: dict[str, Any] = {f"s{depth}": {"type": "object"}}
    for level in range(depth):
        inner = [{"$ref": f"#/components/schemas/s{level + 1}"}] * width
        if word == "properties":
            schemas[f"s{level}"] = {word: {f"p{number}": each for number, each in enumerate(inner)}}
        else:
            schemas[f"s{level}"] = inner[0] if word == "chain" else {word: inner}
    return schemas


def _nested(word: str, depth: int) -> Any:
    schema: Any = {"type": "object"}
    for _ in range(depth):
        schema = {word: {"p": schema}} if word == "properties" else {word: [schema]}
    return schema


def _document(case: dict[str, Any]) -> str:
    if "document" in case:
        return str(case["document"])
    schemas, schema = _made(case, case.get("schemas", {})), _made(case, case.get("schema"))
    if "bomb" in case:
        schemas, schema = _bomb(*case["bomb"]), {"$ref": "#/components/schemas/s0"}
    if "nest" in case:
        schema = "NESTED"
    media = {"application/json": {"schema": schema}}
    answer = {"200": {"description": "x", "content": media}}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "components": {"schemas": schemas},
        "paths": {
            "/things": {"get": {"responses": answer}, "post": {"requestBody": {"content": media}, "responses": answer}}
        },
    }
    text = yaml.dump(whole, Dumper=_NoAliases, width=10**9, allow_unicode=True)
    return text.replace("NESTED", _flow(*case["nest"])) if "nest" in case else text


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _flow(word: str, depth: int) -> str:
    """Write nested schemas as text: no writer of YAML goes so deep."""
    begin, end = (f"{{{word}: {{p: ", "}}") if word == "properties" else (f"{{{word}: [", "]}")
    return begin * depth + "{type: object}" + end * depth


def _text(case: dict[str, Any], canary: Canary, outside: Path) -> str:
    text = _document(case).replace("CANARY", f"127.0.0.1:{canary.port}").replace("OUTSIDE", str(outside))
    if "paths" in case:
        answer = "{get: {responses: {'200': {description: x}}}}"
        text = text.replace("@paths", "".join(f"  /things/{number}: {answer}\n" for number in range(case["paths"])))
    return text.replace("@", case.get("fill_with", "") * case["fill"]) if "fill" in case else text


def _body(case: dict[str, Any]) -> bytes:
    body = str(case.get("body", "{}"))
    if body == "@distinct":
        return b"[" + b",".join(b"%d" % number for number in range(case["distinct"])) + b",5]"
    begin, end, times = case.get("filled", ("", "", 0))
    return body.replace("@", begin * times + end * times).encode() if times else body.encode()


def _written(tmp_path: Path, case: dict[str, Any], canary: Canary) -> tuple[Path, Path]:
    """Write the pack, and a file outside of it that nobody must read."""
    text = PACK.replace("title: Mine", "title: Mine\ncontract: mine.yaml").replace("routes:\n", f"{BAD_BODY}routes:\n")
    pack = write_pack(tmp_path / "packs" / "mine", text + ROUTE)
    (pack / "templates" / "said.json.j2").write_text(TEMPLATES["error.json.j2"].replace("error.message", "'x'"))
    outside = tmp_path / "packs" / "outside.json"
    outside.write_text(f'{{"title": "{SECRET}", "a": {{"type": "string"}}}}')
    (pack / "mine.yaml").write_text(_text(case, canary, outside), encoding="utf-8")
    for name, text in case.get("files", {}).items():
        (pack / name).parent.mkdir(exist_ok=True)
        (pack / name).write_text(text)
    for name, target in case.get("links", {}).items():
        (pack / name).symlink_to(target)
    for name in case.get("pipes", ()):
        os.mkfifo(pack / name)
    return pack, outside


def _seen(method: str, body: bytes) -> Seen:
    request = body if method == "POST" else b""
    return Seen(method, "api.mine.test", "/things", "", JSON, request, 200, JSON, body)


def _held(pack: Path, case: dict[str, Any]) -> None:
    """Hold the body to it, in an answer and in a request."""
    checker = make_checker(read_contract(pack / "mine.yaml"))
    for method in ("GET", "POST"):
        began = time.process_time()
        held = hold(checker, _seen(method, _body(case)))
        assert time.process_time() - began < CASE_S, method
        broken = held.response if method == "GET" else held.request
        assert len(str(broken)) < 20_000
        if "taken" in case:
            assert bool(broken) is not case["taken"], method


@pytest.mark.parametrize("name", CASES)
def test_hostile(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    with singing() as canary:
        pack, outside = _written(tmp_path, case, canary)
        megabytes = _megabytes()
        with _nothing_outside(outside):
            began = time.process_time()
            if case.get("late"):
                Engine.load(Settings(pack=("mine",), pack_dir=(pack.parent,)), AT)
                with suppress(SandboxError):
                    _held(pack, case)
            elif case.get("fine"):
                Engine.load(Settings(pack=("mine",), pack_dir=(pack.parent,)), AT)
                assert time.process_time() - began < 2 * CASE_S
                _held(pack, case)
            else:
                with pytest.raises(SandboxError) as refused:
                    Engine.load(Settings(pack=("mine",), pack_dir=(pack.parent,)), AT)
                assert time.process_time() - began < CASE_S
                told = str(refused.value)
                assert case["reason"] in told
                assert "mine" in told
                assert len(told) < 20_000
            for arguments in (
                ["pack", "check", str(pack)],
                ["pack", "new", "it", "--openapi", str(pack / "mine.yaml")],
            ):
                began = time.process_time()
                status = invoke(arguments)
                took = time.process_time() - began
                out, said = capfd.readouterr()
                assert status != BUG, f"{arguments}: {said[-3000:]}"
                assert case.get("fine") or case.get("late") or status == 2, arguments
                assert took < 2 * CASE_S, f"{arguments} took {took:.1f} s"
                assert SECRET not in out + said
                assert len(out + said) < 30_000
        assert not Path("never").exists()
        assert _megabytes() - megabytes < MOST_MB
        assert canary.accepts == 0


SERVED = [
    "an expression of nested repeats",
    "an expression that looks ahead and backtracks",
    "names by an expression that backtracks",
    "items of itself by three ways",
    "members that must differ",
    "a name of its own at another machine",
]


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("lane", ["fast", "flow"])
def test_served_beside_others(tmp_path: Path, authority: Authority, lane: str, name: str) -> None:
    """While a hostile body is held to it, others are answered; and it is held: a 400, or our own word of it."""
    case = CASES[name]
    with singing() as canary:
        pack, _ = _written(tmp_path, case, canary)
        engine = Engine.load(Settings(pack=("mine", "amps"), pack_dir=(pack.parent,), freeze=True, at=AT), AT)
        body = _body(case)
        fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        head = get("api.mine.test", "/things", fields, method="POST")
        with proxy_running(authority, engine, lane=lane) as running, bystander(running):  # type: ignore[arg-type]  # as in conftest
            for _ in range(3):
                with dial(running) as client:
                    client.sendall(head + body)
                    assert hear(client).status == 400
        assert canary.accepts == 0


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
