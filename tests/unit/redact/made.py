"""What the tests of redaction share: a key, exchanges, and forty secrets in forty places."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import brotli
import zstandard

from replaysandbox.core.capture import Recorded, RecordedRequest, RecordedResponse
from replaysandbox.redact.cover import Cover
from replaysandbox.redact.rules import GENERAL, Rules

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
STARTED = datetime(2026, 6, 1, 12, tzinfo=UTC)


def cover(rules: Rules = GENERAL) -> Cover:
    return Cover(KEY, rules)


def recorded(**more: Any) -> Recorded:
    """Make an exchange: `request_…` and `response_…` arguments go to its two halves."""
    asked = {"method": "GET", "scheme": "https", "host": "api.amps.ai", "port": 443, "path": "/battery"}
    asked |= {name.removeprefix("request_"): value for name, value in more.items() if name.startswith("request_")}
    answered: dict[str, Any] = {"status": 200, "headers": (("Content-Type", "application/json"),), "body": b"{}"}
    answered |= {name.removeprefix("response_"): value for name, value in more.items() if name.startswith("response_")}
    return Recorded(STARTED, RecordedRequest(**asked), RecordedResponse(**answered))  # type: ignore[arg-type]


def jwt(**claims: Any) -> str:
    """Make a token that nobody has signed."""
    parts = (json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".c2lnbmF0dXJl"


@dataclass
class Canaries:
    """Unique secrets, each with the place it was planted in."""

    planted: dict[str, str] = field(default_factory=dict)

    def plant(self, place: str) -> str:
        assert place not in self.planted
        self.planted[place] = f"cnry{secrets.token_hex(8)}"
        return self.planted[place]

    def number(self, place: str) -> int:
        self.planted[place] = str(10**15 + secrets.randbelow(9 * 10**15))
        return int(self.planted[place])

    def found_in(self, data: bytes) -> list[str]:
        """List the places whose secret stands in some bytes, plain or in base64 at any alignment."""
        found = []
        for place, canary in self.planted.items():
            raw = canary.encode()
            spellings = {raw, raw.upper(), raw.hex().encode(), "".join(f"%{byte:02x}" for byte in raw).encode()}
            for before in range(3):
                core = base64.b64encode(b"\0" * before + raw)[(0, 2, 3)[before] :].rstrip(b"=")[:-1]
                spellings |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
            if any(spelled in data for spelled in spellings):
                found.append(place)
        return found


def planted() -> tuple[Canaries, list[Recorded]]:
    """Plant secrets in all places and codings there are."""
    canaries = Canaries()
    plant = canaries.plant
    basic = base64.b64encode(f"{plant('basic user')}:{plant('basic password')}".encode()).decode()
    json_type = ("Content-Type", "application/json")
    session = plant("cookie")
    bodies = {
        "token": plant("json token"),
        "nested": {"user": {"password": plant("json nested"), "emailAddress": f"{plant('json email')}@mail.example"}},
        "list": [{"vin": plant("json vin")}, {"serialNumber": plant("json serial")}],
        "tokens": [plant("json array")],
        "address": {"street": plant("json address"), "country": "DE"},
        "accountNumber": canaries.number("json number"),
        "inner": json.dumps({"client_secret": plant("json in json")}),
        "note": "Bearer " + plant("json bearer text"),
        "phone": plant("json phone"),
        "displayName": plant("json name"),
    }
    multipart = (
        '--b0\r\nContent-Disposition: form-data; name="password"\r\n\r\n' + plant("multipart field") + "\r\n--b0\r\n"
        'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n'
        + json.dumps({"api_key": plant("multipart json")})
        + "\r\n--b0--\r\n"
    )
    echoed = plant("echoed header")
    location = (
        f"https://{plant('url user')}:{plant('url password')}@app.example/cb/token/{plant('redirect path')}"
        f"?code={plant('redirect query')}&next=%2Fx%3Faccess_token%3D{plant('redirect nested')}#id_token={plant('redirect fragment')}"
    )
    form = f"grant_type=password&username={plant('form user')}&password={plant('form password')}&client_secret={plant('form secret')}"
    exchanges = [
        recorded(
            request_headers=(
                ("Authorization", f"Bearer {plant('bearer')}"),
                ("x-API-key", f"sk_live_{plant('api key')}"),
                ("Cookie", f"sid={session}; theme={plant('second cookie')}"),
                ("X-Auth-Token", plant("token header")),
                ("Proxy-Authorization", f"Basic {basic}"),
                ("X-Custom", echoed + "00000000"),
            ),
            request_path=f"/v1/token/{plant('path after token')}/{plant('path like a key')}0a1b2c",
            request_query=f"api_key={plant('query key')}&sig={plant('query signature')}&x=1&redirect=https%3A%2F%2Fa.example%2F%3Ftoken%3D{plant('query nested')}",
            response_headers=(
                json_type,
                ("Set-Cookie", f"sid={plant('set-cookie')}; Path=/; HttpOnly"),
                ("X-Session-Token", plant("answer header")),
            ),
            response_body=json.dumps(bodies).encode(),
        ),
        recorded(
            request_method="POST",
            request_headers=(("Content-Type", "application/x-www-form-urlencoded"),),
            request_body=form.encode(),
            response_status=302,
            response_headers=(("Location", location),),
            response_body=b"",
        ),
        recorded(
            request_method="POST",
            request_headers=(("Content-Type", "multipart/form-data; boundary=b0"),),
            request_body=multipart.encode(),
            response_headers=(json_type, ("Content-Encoding", "gzip")),
            response_body=gzip.compress(json.dumps({"refresh_token": plant("gzip")}).encode()),
        ),
        recorded(
            response_headers=(json_type, ("Content-Encoding", "br")),
            response_body=brotli.compress(json.dumps({"access_token": plant("brotli")}).encode()),
        ),
        recorded(
            response_headers=(json_type, ("Content-Encoding", "zstd")),
            response_body=zstandard.compress(
                json.dumps({"id_token": jwt(sub=plant("jwt sub"), email=plant("jwt email"))}).encode()
            ),
        ),
        recorded(
            response_status=401,
            response_headers=(("Content-Type", "text/plain"),),
            response_body=(
                f"invalid key {canaries.planted['token header']}, session {session}; password={plant('text error')}; "
                f"{base64.b64encode(b'for ' + canaries.planted['form user'].encode() + b'!').decode()}"
            ).encode(),
        ),
        recorded(
            response_status=500,
            response_headers=(("Content-Type", "text/xml"),),
            response_body=f"<error><apiKey>{plant('xml element')}</apiKey><at>{plant('xml email')}@mail.example</at></error>".encode(),
        ),
    ]
    assert len(canaries.planted) >= 40
    return canaries, exchanges
