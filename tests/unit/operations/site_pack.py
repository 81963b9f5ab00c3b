"""A small API of sites, cars and notes that uses the words of the format which Amps does not need."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlencode

from replaysandbox.answer import Answered, Loaded, answer
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.exchange import Headers, Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from tests.unit.files.pack_text import write_pack
from tests.unit.worlds import AT

PACK = """format: 1
title: Sites
learnt: {from: tests, on: 2026-01-01}
hosts: [api.sites.test, auth.sites.test]
trailing_slash: ignored
example_key: sk_test_demo
credentials: [{in: header, name: Authorization, scheme: Bearer}]
keys: [{begins: [sk_test_]}]
oauth: {access_s: 600, refresh_s: 3600, code_s: 60, prefix: at_}
headers: {Content-Type: application/json, X-Asked: "{{ request.method }} {{ at | epoch_s }}", X-Never: "{{ '' }}"}
ids:
  device: {kind: uuid}
  user: {kind: base62, prefix: u_}
  home: {kind: digits, length: 16}
parameters:
  limit: {type: integer, default: 2, minimum: 1, maximum: 50}
  after: {type: string}
  before: {type: string}
  page: {type: integer, default: 1, minimum: 1}
  from: {type: string}
  to: {type: string}
  unit: {type: string}
pagination: {style: cursor, after: after, before: before, limit: limit}
collections:
  notes: {id: {kind: base62, prefix: n_, length: 9}}
  locks: {}
maps:
  makes: {Tesla: T, "*": other}
  answers: {"true": "yes", "false": "no"}
controls:
  battery:
    commands:
      "ON": {does: charge, execution: [immediate], parameters: {kw: {unit: kw, means: power_w, minimum: 0, maximum: max_charge_w}}}
      "OFF": {does: idle, execution: [immediate]}
errors:
  template: error.json.j2
  answers:
    missing_credential: {status: 401, message: no key}
    invalid_credential: {status: 401, message: bad key}
    expired_token: {status: 401, message: old key}
    bad_parameter: {status: 400, message: "{parameter} {reason}"}
    bad_body: {status: 400, message: "{reason}"}
    device_not_found: {status: 404, message: "no {device}"}
    device_offline: {status: 200, code: GONE, message: gone, fields: {hint: wait}}
    record_not_found: {status: 404, message: "no {record}"}
    unknown_command: {status: 422, message: "no {command}"}
    unsupported_unit: {status: 422, message: unit}
    parameter_out_of_range: {status: 422, message: "{parameter} range"}
    range_too_long: {status: 403, message: "{days} days of {step}"}
    unsupported_grant: {status: 400, message: grant}
    invalid_client: {status: 401, message: client, template: plain.json.j2}
    invalid_grant: {status: 400, message: bad grant}
    bad_authorization: {status: 400, message: nowhere}
routes:
  - {route: GET /authorize, host: auth.sites.test, operation: authorize, credentials: [], status: 302, headers: {Location: "{{ redirect.url }}"}}
  - {route: POST /token, host: auth.sites.test, operation: token, credentials: [], template: token.json.j2, grants: [client_credentials, authorization_code, refresh_token, password]}
  - {route: GET /sites, operation: list_homes, template: sites.json.j2, query: [after, before, limit]}
  - {route: "GET /sites/{id}", operation: read_home, by: home, template: site.json.j2}
  - {route: "GET /sites/{id}/battery", operation: read, family: battery, by: home, offline: show, template: battery.json.j2}
  - {route: "POST /sites/{id}/battery", operation: command, family: battery, by: home, body: {command: switch}, values: {kw: power.kw}, template: done.json.j2}
  - {route: "POST /sites/{id}/off", operation: command, command: "OFF", family: battery, by: home, template: done.json.j2}
  - {route: "GET /sites/{site}/cars", operation: list, family: vehicle, selects: {home: site}, pagination: {style: page, page: page, limit: limit}, template: cars.json.j2, query: [page, limit]}
  - {route: "GET /cars/{id}", operation: read, family: vehicle, template: car.json.j2}
  - {route: "GET /cars/{id}/ping", operation: show, family: vehicle, template: ping.json.j2}
  - {route: "POST /cars/{id}/wake", operation: show, family: vehicle, status: 204}
  - {route: "PUT /cars/{id}/lock", operation: put_record, collection: locks, family: vehicle, merge: true, template: note.json.j2}
  - {route: "POST /cars/{id}/many", operation: batch, family: vehicle, batch: {requests: parts, path: at, prefix: "/cars/{id}"}, template: many.json.j2}
  - route: "GET /sites/{id}/energy"
    operation: series
    by: home
    template: energy.json.j2
    query: [from, to, unit]
    series: &series {start: from, end: to, step: unit, default: HOUR, steps: {QUARTER: 15m, HOUR: 1h, DAY: 1d, WEEK: week, MONTH: month, YEAR: year}, longest: {QUARTER: 31}}
  - route: "GET /sites/{id}/batteries/energy"
    operation: series
    by: home
    family: battery
    template: several.json.j2
    query: [from, to]
    series: {start: from, end: to, default: HOUR, steps: {HOUR: 1h}, whole_steps: false}
  - {route: "POST /people/{user}/notes", operation: create_record, collection: notes, template: note.json.j2, status: 201}
  - {route: "GET /people/{user}/notes", operation: list_records, collection: notes, template: notes.json.j2, query: [after, before, limit]}
  - {route: "GET /notes/{id}", operation: read_record, collection: notes, template: note.json.j2}
  - {route: "PATCH /notes/{id}", operation: put_record, collection: notes, merge: true, template: note.json.j2}
  - {route: "DELETE /notes/{id}", operation: delete_record, collection: notes, status: 204}
""".replace("&series ", "")

TEMPLATES = {
    "error.json.j2": '{"error": {{ error.message }}, "code": {{ error.code }}, "hint": {{ error.fields.get("hint") }} }',
    "plain.json.j2": '{"oauth": {{ error.message }} }',
    "token.json.j2": '{"access": {{ token.access }}, "refresh": {{ token.refresh }}, "life": {{ token.life_s }} }',
    "sites.json.j2": '{"sites": [{% for home in homes %}{{ home.id }}{% if not loop.last %},{% endif %}{% endfor %}],'
    ' "after": {{ page.after }}, "before": {{ page.before }}, "total": {{ page.total }} }',
    "site.json.j2": '{"id": {{ home.id }}, "grid": {{ home.reading.grid_w }}, "cars": {{ home.devices.vehicle | length }},'
    ' "at": {{ at | strftime("%H:%M", "Europe/Oslo") }}, "north": {{ home.place.latitude_deg }}, "sum":'
    " {{ [home.reading.solar_w, home.reading.battery_w, home.reading.vehicle_w, home.reading.hvac_w,"
    " home.reading.load_w, home.reading.losses_w, home.reading.grid_w] | sum }} }",
    "battery.json.j2": '{"level": {{ device.reading.level_pct }}, "w": {{ device.reading.power_w }}, "on": {{ device.online }} }',
    "done.json.j2": '{"did": {{ action.command }}, "user": {{ action.user_id }}, "state": {{ action.stage }} }',
    "cars.json.j2": '{"cars": [{% for device in devices %}{{ device.id }}{% if not loop.last %},{% endif %}{% endfor %}],'
    ' "page": {{ page.number }}, "pages": {{ page.pages }} }',
    "car.json.j2": '{"make": {{ device.model.make | mapped("makes") }}, "plugged": {{ device.reading.plugged | mapped("answers") }},'
    ' "vin": {{ device.number | coded(17) }}, "lock": {{ (record_of("locks", device.id) or {"body": none}).body }} }',
    "ping.json.j2": '{"host": {{ request.host }}, "agent": {{ request.headers.get("user-agent") | default("none") }},'
    ' "q": {{ request.params.get("q") }}, "soon": {{ at | plus(90) | iso_s }} }',
    "many.json.j2": '{"answers": [{% for each in answers %}[{{ each.path }}, {{ each.status }}, {{ each.body }}, {{ each.headers["x-asked"] }}]'
    "{% if not loop.last %},{% endif %}{% endfor %}]}",
    "energy.json.j2": '{"points": [{% for each in points %}{"at": {{ each.at | iso_s }}, "known": {{ each.known }},'
    ' "solar": {% if each.known %}{{ each.positive_wh.solar_w | round(1) }}{% else %}null{% endif %} }'
    "{% if not loop.last %},{% endif %}{% endfor %}]}",
    "several.json.j2": '{"batteries": [{% for each in series %}{"id": {{ each.id }}, "model": {{ each.device.model.model }},'
    ' "levels": [{% for point in each.points %}[{{ point.reading.level_pct }}, {{ point.last.level_pct }},'
    " {{ point.mean.power_w | round(1) }}]{% if not loop.last %},{% endif %}{% endfor %}]}"
    "{% if not loop.last %},{% endif %}{% endfor %}]}",
    "note.json.j2": '{"id": {{ record.id }}, "body": {{ record.body }}, "created": {{ record.created | iso_s }}, "updated": {{ record.updated | iso_s }} }',
    "notes.json.j2": '{"notes": [{% for record in records %}{{ record.id }}{% if not loop.last %},{% endif %}{% endfor %}], "total": {{ page.total }} }',
}


@cache
def sites() -> Loaded:
    folder = write_pack(Path(mkdtemp()) / "sites", PACK, TEMPLATES)
    return load_all(Settings(pack=("sites",), pack_dir=(folder.parent,), scenario="full-house"), AT).loaded


KEY: Headers = (("Authorization", "Bearer sk_test_demo"),)


@dataclass
class Visitor:
    """Asks the API of sites one thing after another, on one log."""

    at: datetime = AT
    log: CommandLog = field(default_factory=CommandLog)
    headers: Headers = KEY
    last: Reply | None = None

    def ask(self, method: str, target: str, body: object = None, host: str = "api.sites.test") -> tuple[int, Any]:
        path, _, query = target.partition("?")
        headers, raw = self.headers, b"" if body is None else json.dumps(body).encode()
        if isinstance(body, dict) and "grant_type" in body:
            headers, raw = (*headers, ("Content-Type", "application/x-www-form-urlencoded")), urlencode(body).encode()
        request = Request(method, "https", host, 443, path, query, headers, raw)
        answered: Answered = answer(request, sites(), Session(log=self.log), self.at)
        assert isinstance(answered.outcome, Reply)
        self.last, self.log = answered.outcome, answered.log or self.log
        return answered.outcome.status, json.loads(answered.outcome.body) if answered.outcome.body else None

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)

    def site(self) -> str:
        return str(self.ask("GET", "/sites?limit=1")[1]["sites"][0])

    def car(self) -> str:
        return str(self.ask("GET", f"/sites/{self.site()}/cars?limit=1")[1]["cars"][0])
