"""A small pack as files, for the tests that break it."""

from pathlib import Path

PACK = """format: 1
title: Mine
learnt: {from: tests, on: 2026-01-01}
hosts: [api.mine.test]
ids: {device: {kind: digits, length: 16}}
parameters:
  limit: {type: integer, default: 10, minimum: 1, maximum: 50}
  offset: {type: integer, default: 0}
pagination: {style: offset, offset: offset, limit: limit}
errors:
  template: error.json.j2
  answers:
    missing_credential: {status: 401, message: no key}
    invalid_credential: {status: 401, message: bad key}
    bad_parameter: {status: 400, message: bad parameter}
    device_not_found: {status: 404, message: no such thing}
    device_offline: {status: 503, message: gone}
routes:
  - route: GET /things
    operation: list
    template: list.json.j2
    family: battery
    query: [limit]
  - route: GET /things/{id}
    operation: read
    family: battery
    template: one.json.j2
"""

TEMPLATES = {
    "error.json.j2": '{"error": {{ error.message }}}',
    "list.json.j2": "[{% for device in devices %}{{ device.id }}{% if not loop.last %},{% endif %}{% endfor %}]",
    "one.json.j2": '{"id": {{ device.id }}, "level": {{ device.reading.level_pct }}}',
}


def write_pack(folder: Path, text: str = PACK, templates: dict[str, str] = TEMPLATES) -> Path:
    """Write a pack folder."""
    (folder / "templates").mkdir(parents=True)
    (folder / "pack.yaml").write_text(text)
    for name, template in templates.items():
        (folder / "templates" / name).write_text(template)
    return folder
