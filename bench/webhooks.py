"""24 simulated hours, 50 homes, 1,000 pushes, and the webhook of each: how long it takes from start to stop.

Goal: under 30 s, none lost, none doubled, in order (tests/cli/test_webhooks.py proves the last three).
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from replaysandbox import Sandbox

HOMES, ROUNDS = 50, 20


def main() -> int:
    got: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.monotonic()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    with Sandbox(pack="amps", at="2026-06-01T12:00:00Z", homes=HOMES, freeze=True, webhook=url) as sandbox:
        batteries = [battery.id for battery in sandbox.devices("battery")]
        client = http.client.HTTPConnection(sandbox.base_url.partition("//")[2])
        for _ in range(ROUNDS):
            for battery in batteries:
                _push(client, battery)
            sandbox.clock.advance(minutes=24 * 60 / ROUNDS)
    took_s = time.monotonic() - began
    server.shutdown()
    print(f"24 h, {HOMES} homes, {HOMES * ROUNDS} pushes: {len(got)} webhooks, {took_s:.1f} s (goal: under 30 s)")
    return 0 if len(got) == HOMES * ROUNDS and took_s < 30 else 1


def _push(client: http.client.HTTPConnection, battery: str) -> None:
    headers = {"x-api-key": "sk_test_demo", "Content-Type": "application/json"}
    client.request("POST", f"/amps/battery/{battery}", json.dumps({"action": {"command": "charge"}}), headers)
    answer = client.getresponse()
    answer.read()
    if answer.status != 202:
        raise SystemExit(f"a push was answered with {answer.status}")


if __name__ == "__main__":
    sys.exit(main())
