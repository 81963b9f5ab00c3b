"""Recorded with real clients, the live API gone, replayed: each client gets the same again, in order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from replaysandbox.files.redaction_key import redaction_key
from replaysandbox.redact.pseudonyms import pseudonym
from tests.record.conftest import Person
from tests.record.live_api import LiveApi, chunked, cut, json_answer, reset

PATHS = [
    "/battery",
    "/battery",
    "/vehicle/device_1",
    "/binary",
    "/chunked",
    "/packed",
    "/missing",
    "/empty",
    "/battery",
]

_REQUESTS = """
import base64, json, sys, requests
session = requests.Session()
for path in json.loads(sys.argv[1]):
    answer = session.get("https://api.amps.ai" + path, headers=json.loads(sys.argv[2]), timeout=20)
    print(json.dumps([answer.status_code, list(answer.headers.items()), base64.b64encode(answer.content).decode()]))
"""
_HTTPX = """
import base64, json, sys, httpx
with httpx.Client(http2=True, timeout=20) as client:
    for path in json.loads(sys.argv[1]):
        answer = client.get("https://api.amps.ai" + path, headers=json.loads(sys.argv[2]))
        assert answer.http_version == "HTTP/2"
        print(json.dumps([answer.status_code, answer.headers.multi_items(), base64.b64encode(answer.content).decode()]))
"""
_AIOHTTP = """
import asyncio, base64, json, sys, aiohttp
async def main():
    async with aiohttp.ClientSession(headers=json.loads(sys.argv[2])) as session:
        for path in json.loads(sys.argv[1]):
            async with session.get("https://api.amps.ai" + path) as answer:
                body = await answer.read()
                print(json.dumps([answer.status, list(answer.headers.items()), base64.b64encode(body).decode()]))
asyncio.run(main())
"""
_NODE = """
const [paths, headers] = process.argv.slice(1).map((text) => JSON.parse(text));
for (const path of paths) {
  const answer = await fetch("https://api.amps.ai" + path, { headers });
  const body = Buffer.from(await answer.arrayBuffer());
  console.log(JSON.stringify([answer.status, [...answer.headers], body.toString("base64")]));
}
"""
CLIENTS = {
    "requests": (sys.executable, "-c", _REQUESTS),
    "httpx http2": (sys.executable, "-c", _HTTPX),
    "aiohttp": (sys.executable, "-c", _AIOHTTP),
    "node fetch": ("node", "--input-type=module", "-e", _NODE),
}
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "x-sandbox"}


def answers(done: subprocess.CompletedProcess[str]) -> list[Any]:
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        [status, sorted((name.lower(), value) for name, value in headers if name.lower() not in _HOP_BY_HOP), body]
        for status, headers, body in told
    ]


def play(api: LiveApi) -> None:
    counts = iter(range(100))
    api.answers |= {
        "/battery": lambda heard, handler: json_answer({"count": next(counts)}, ("X-Twice", "a"), ("X-Twice", "b")),
        "/binary": (200, [("Content-Type", "application/octet-stream")], bytes(range(256))),
        "/chunked": chunked,
        "/packed": json_answer({"level": 55}, coding="gzip"),
        "/missing": json_answer({"error": "none"}, status=404),
        "/empty": (204, [("X-Empty", "")], b""),
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_the_same_answers_in_order(person: Person, api: LiveApi, client: str, tmp_path: Path) -> None:
    play(api)
    arguments = (*CLIENTS[client], json.dumps(PATHS), json.dumps({"x-api-key": "sk_test_Zq81mmKpR2x0"}))
    recorded = answers(person.types("record", str(person.file), *api.options, "--", *arguments))
    assert [each[0] for each in recorded] == [200, 200, 200, 200, 200, 200, 404, 204, 200]
    heard = len(api.heard)
    replayed = answers(person.types("replay", str(person.file), "--", *arguments))
    assert replayed == recorded
    assert len(api.heard) == heard, "nobody asked the live API again"


def test_what_is_redacted_is_the_same_but_for_that(person: Person, api: LiveApi) -> None:
    secret = "cnry5f0c9a7718d2"
    api.answers |= {
        "/oauth": json_answer({"access_token": secret, "level": 5}),
        "/who": lambda heard, handler: json_answer(
            {"sent": dict(heard.headers)["Authorization"] == f"Bearer {secret}"}
        ),
    }
    login = (sys.executable, "-c", (
        "import json, requests\n"
        "token = requests.get('https://api.amps.ai/oauth', timeout=20).json()\n"
        "bearer = {'Authorization': 'Bearer ' + token['access_token']}\n"
        "print(json.dumps([token, requests.get('https://api.amps.ai/who', headers=bearer, timeout=20).json()]))\n"
    ))  # fmt: skip
    live = person.types("record", str(person.file), *api.options, "--", *login)
    assert json.loads(live.stdout) == [{"access_token": secret, "level": 5}, {"sent": True}]
    again = person.types("replay", str(person.file), "--", *login)
    assert again.returncode == 0, again.stderr
    token, who = json.loads(again.stdout)
    # the client has sent back the pseudonym it was given, and is answered as before
    assert token == {"access_token": pseudonym(redaction_key(None), secret), "level": 5}
    assert who == {"sent": True}
    real = (sys.executable, "-c", (
        "import requests\n"
        f"bearer = {{'Authorization': 'Bearer {secret}'}}\n"
        "print(requests.get('https://api.amps.ai/who', headers=bearer, timeout=20).text)\n"
    ))  # fmt: skip
    with_the_real_one = person.types("replay", str(person.file), "--", *real)
    assert json.loads(with_the_real_one.stdout) == {"sent": True}, with_the_real_one.stderr


def test_failures_are_replayed_as_such(person: Person, api: LiveApi) -> None:
    api.answers |= {"/reset": reset, "/cut": cut}
    program = (sys.executable, "-c", (
        "import requests\n"
        "for path in ('/reset', '/cut'):\n"
        "    try:\n"
        "        print(requests.get('https://api.amps.ai' + path, timeout=20).text)\n"
        "    except requests.RequestException as error:\n"
        "        print(type(error).__name__)\n"
    ))  # fmt: skip
    live = person.types("record", str(person.file), *api.options, "--", *program)
    again = person.types("replay", str(person.file), "--", *program)
    assert live.stdout.split() == ["ProxyError", "ChunkedEncodingError"]
    assert again.stdout == live.stdout, again.stderr
