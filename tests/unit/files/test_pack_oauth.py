from __future__ import annotations

import json
from pathlib import Path

from replaysandbox.core.pack import Pack
from replaysandbox.files.packs import read_pack
from replaysandbox.render.render import compile_templates, render
from tests.unit.files.pack_text import PACK, TEMPLATES, write_pack

OAUTH = PACK.replace(
    "routes:\n",
    """    expired_token: {status: 401, message: old key}
    bad_body: {status: 400, message: bad body}
    invalid_grant: {status: 418, message: mine}
oauth: {access_s: 60}
routes:
  - {route: POST /token, operation: token, grants: [client_credentials], credentials: []}
""",
)


def read(tmp_path: Path, text: str) -> Pack:
    return read_pack(write_pack(tmp_path / "mine", text, TEMPLATES))


def test_a_pack_with_oauth_need_not_write_what_the_standard_says(tmp_path: Path) -> None:
    pack = read(tmp_path, OAUTH)
    assert (pack.errors["invalid_client"].status, pack.errors["invalid_client"].code) == (401, "invalid_client")
    assert pack.errors["invalid_grant"].status == 418
    assert next(route for route in pack.routes if route.operation == "token").template == "oauth-token.json.j2"


def test_a_pack_without_it_has_none_of_it(tmp_path: Path) -> None:
    pack = read(tmp_path, PACK)
    assert "invalid_client" not in pack.errors
    assert not any("oauth" in name for name in pack.templates)


def test_a_token_is_told_as_the_standard_says(tmp_path: Path) -> None:
    templates = compile_templates(read(tmp_path, OAUTH).templates)
    token = {"access": "a", "life_s": 60, "refresh": None, "scope": ""}
    least = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
    assert json.loads(render(templates, "oauth-token.json.j2", {"token": token})) == least
    more = {**token, "refresh": "r", "scope": "s"}
    told = {**least, "refresh_token": "r", "scope": "s"}
    assert json.loads(render(templates, "oauth-token.json.j2", {"token": more})) == told
