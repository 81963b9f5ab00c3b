from __future__ import annotations

import gzip
import json
from dataclasses import replace

from replaysandbox.core.capture import RecordedRequest
from replaysandbox.redact.places import redacted_places
from replaysandbox.redact.redactor import Redactor
from tests.unit.redact.made import KEY, recorded


def places(**more: object) -> tuple[str, ...]:
    sent: RecordedRequest = recorded(**{f"request_{name}": value for name, value in more.items()}).request
    return redacted_places(sent, Redactor(KEY).request(sent))


def test_each_place_has_its_word() -> None:
    assert places() == ()
    assert places(path="/v1/token/cnry5f0c9a77/x") == ("path:2",)
    assert places(query="a=1&api_key=cnry5f0c9a77&b=2") == ("query:api_key",)
    assert places(headers=(("Accept", "x"), ("X-API-Key", "cnry5f0c9a77"))) == ("header:x-api-key",)
    assert places(headers=(("Cookie", "a=cnry5f0c9a77; b=cnry5f0c9a88"),)) == ("cookie:a", "cookie:b")


def test_places_of_bodies() -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    assert places(headers=form, body=b"x=1&client_secret=cnry5f0c9a77") == ("form:client_secret",)
    body = json.dumps(
        {"vehicles": [{"vin": "1M8GDM9AXKP042788"}, {"vin": "1M8GDM9AXKP042789"}], "a/b": {"token": "cnry5f0c9a77"}}
    )
    kind = (("Content-Type", "application/json"),)
    wanted = ("json:/vehicles/*/vin", "json:/a~1b/token")
    assert places(headers=kind, body=body.encode()) == wanted
    packed = (*kind, ("Content-Encoding", "gzip"))
    assert places(headers=packed, body=gzip.compress(body.encode())) == wanted
    assert places(headers=(("Content-Type", "text/plain"),), body=b"password: cnry5f0c9a77") == ("body",)


def test_a_body_that_was_withheld() -> None:
    sent = recorded(request_body=b"x" * 20, request_headers=(("Content-Encoding", "rot13"),)).request
    assert redacted_places(sent, replace(sent, body=b"")) == ("body",)
