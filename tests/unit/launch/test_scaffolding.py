import json
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.answer import answer
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.packs import read_pack
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.launch.scaffolding import pack_from_openapi, pack_from_traffic
from replaysandbox.redact.redactor import Redactor
from tests.unit.worlds import AT

SUNNY = Path(__file__).parents[2] / "data" / "specs" / "sunny" / "sunny.yaml"
SECRET = "hunter2SecretToken99"


def entry(path: str, body: Any, status: int = 200, kind: str = "application/json") -> dict[str, Any]:
    headers = [{"name": "Authorization", "value": f"Bearer {SECRET}"}]
    content = {"text": json.dumps(body), "mimeType": kind}
    return {
        "startedDateTime": "2026-06-01T12:00:00Z",
        "request": {"method": "GET", "url": f"https://api.home.example{path}", "headers": headers},
        "response": {"status": status, "headers": [{"name": "Content-Type", "value": kind}], "content": content},
    }


def har(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "a.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    return path


def test_traffic_becomes_a_pack_and_its_secrets_are_nowhere(tmp_path: Path) -> None:
    battery = {"id": "bat_12ab34cd9", "soc": 71, "power_kw": -1.5, "owner": "someone@home.example"}
    path = har(
        tmp_path,
        entry("/batteries/bat_12ab34cd9", battery),
        entry("/batteries/bat_12ab34ce0", {**battery, "soc": 12}),
        entry("/batteries/bat_12ab34cf1", {"message": "gone"}, 404),
    )
    folder = tmp_path / "packs" / "home"
    made = pack_from_traffic("home", path, folder, Redactor(bytes(32)).exchange)
    assert (made.routes, made.families) == (1, {"battery": 1})
    pack = read_pack(folder)
    assert pack.routes[0].name == "GET /batteries/{id}"
    assert pack.ids["device"].pattern == "bat_[0-9a-f]{9}"
    assert pack.credentials[0].scheme == "Bearer"
    text = "".join(each.read_text() for each in folder.rglob("*") if each.is_file())
    assert SECRET not in text
    assert "someone@home.example" not in text
    assert '"soc": {{ device.reading.level_pct | round }}' in text
    assert '"power_kw": {{ (0 - device.reading.power_w) | kw }}' in text


def test_traffic_without_an_api_is_told(tmp_path: Path) -> None:
    path = har(tmp_path, entry("/", "hello", kind="text/html"))
    with pytest.raises(SandboxError, match="no call of an API that was answered"):
        pack_from_traffic("home", path, tmp_path / "p", Redactor(bytes(32)).exchange)
    assert not (tmp_path / "p").exists()


def test_a_specification_becomes_a_pack(tmp_path: Path) -> None:
    made = pack_from_openapi("sunny", SUNNY, tmp_path / "sunny")
    assert made.routes == len(read_pack(tmp_path / "sunny").routes) == 6


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", "/v2/batteries", "limit=2", 200),
        ("GET", "/v2/batteries", "limit=many", 400),
        ("GET", "/v2/batteries", "limit=1000", 400),
        ("GET", "/v2/batteries/nobody", "", 404),
        ("GET", "/v2/batteries/current", "whatever=1", 200),
        ("PUT", "/v2/batteries/nobody/mode", "", 422),  # that is no uuid
    ],
)
def test_what_the_contract_forbids_of_a_url_is_refused(
    method: str, path: str, query: str, status: int, tmp_path: Path
) -> None:
    pack_from_openapi("sunny", SUNNY, tmp_path / "sunny")
    loaded = load_all(Settings(pack=("sunny",), pack_dir=(tmp_path,)), AT).loaded
    headers = (("X-Sunny-Key", "any"), ("Content-Type", "application/json"))
    request = Request(method, "https", "api.sunny.example", 443, path, query, headers, b'{"mode": "auto"}')
    reply = answer(request, loaded, Session(), AT).outcome
    assert isinstance(reply, Reply)
    assert (reply.status, reply.verdict) == (status, "simulate"), reply.body
