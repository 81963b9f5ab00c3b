"""A small pack whose login is its own, in JSON, with a contract that has an own shape of errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from replaysandbox.answer import Loaded
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

START = datetime(2026, 6, 1, 12, tzinfo=UTC)

PACK = """\
format: 1
title: Login
learnt: {from: test, on: 2026-06-01}
hosts: [api.login.example]
contract: openapi.yaml
credentials: [{in: header, name: Authorization, scheme: Bearer}]
oauth: {access_s: 3600, refresh_s: 86400, rotates: true}
ids: {device: {kind: digits, length: 8}, home: {kind: digits, length: 6}}
controls:
  battery:
    commands: {REST: {does: idle, execution: [immediate]}}
    settings: {reserve: {unit: percent, minimum: 5, maximum: 80, initial: floor_pct, limits: floor_pct}}
errors:
  template: error.json.j2
  answers:
    missing_credential: {status: 401, code: 1, message: a}
    invalid_credential: {status: 401, code: 1, message: a}
    expired_token: {status: 401, code: 1, message: a}
    bad_parameter: {status: 400, code: 1, message: a}
    bad_body: {status: 400, code: 1, message: a}
    device_not_found: {status: 404, code: 1, message: a}
    device_offline: {status: 503, code: 1, message: a}
    unknown_command: {status: 400, code: 1, message: a}
    unsupported_unit: {status: 400, code: 1, message: a}
    parameter_out_of_range: {status: 400, code: 1, message: a}
routes:
  - shared: {operation: token, credentials: [], template: token.json.j2}
    routes:
      - {route: POST /login, grants: [password], body: {username: name, password: word}}
      - {route: POST /again, grants: [refresh_token], body: {refresh_token: again}}
  - {route: "GET /sites/{id}", operation: read_home, template: site.json.j2}
  - route: POST /stores/{id}/reserve
    operation: set
    family: battery
    values: {reserve: keep}
    template: kept.json.j2
"""


def _operation(*statuses: str, body: Mapping[str, Any] | None = None, path: str = "") -> dict[str, Any]:
    """Describe an operation: what it takes, and that what is no 200 says `errorCode`."""
    fine, no = {"type": "object"}, {"type": "object", "required": ["errorCode"]}
    said = {
        status: {"description": status, "content": {"application/json": {"schema": fine if status == "200" else no}}}
        for status in ("200", "400", "401", *statuses)
    }
    asked = {"required": True, "content": {"application/json": {"schema": {"type": "object", **(body or {})}}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": path}}
    return {
        "responses": said,
        **({"requestBody": asked} if body else {}),
        **({"parameters": [parameter]} if path else {}),
    }


_TEXT = {"type": "string"}
_KEEP = {"minProperties": 1, "properties": {"keep": {"type": "number", "minimum": 5, "maximum": 80}}}
CONTRACT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Login", "version": "1"},
    "servers": [{"url": "https://api.login.example"}],
    "paths": {
        "/login": {
            "post": _operation(body={"required": ["name", "word"], "properties": {"name": _TEXT, "word": _TEXT}})
        },
        "/again": {"post": _operation(body={"required": ["again"], "properties": {"again": _TEXT}})},
        "/sites/{id}": {"get": _operation("404", path="integer")},
        "/stores/{id}/reserve": {"post": _operation("404", "503", body=_KEEP, path="string")},
    },
}

TEMPLATES = {
    "error": '{"errorCode": {{ error.code }} }',
    "token": '{"accessToken": {{ token.access }}, "refreshToken": {{ token.refresh }} }',
    "site": '{"id": {{ home.id }} }',
    "kept": '{"store": {{ device_id }} }',
}


def login_folder(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the pack, with texts of its pack.yaml changed."""
    pack = PACK
    for old, new in changes:
        assert old in pack
        pack = pack.replace(old, new)
    home = folder / "login"
    (home / "templates").mkdir(parents=True)
    (home / "pack.yaml").write_text(pack)
    (home / "openapi.yaml").write_text(json.dumps(CONTRACT))
    for name, text in TEMPLATES.items():
        (home / "templates" / f"{name}.json.j2").write_text(text)
    return home


def login(folder: Path, *changes: tuple[str, str]) -> Loaded:
    """Write the pack and load it."""
    return load_all(Settings(pack=("login",), pack_dir=(login_folder(folder, *changes),)), START).loaded
