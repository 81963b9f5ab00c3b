"""Pushes a charge, lets it be completed, and verifies the webhook as receivers do: against its own clock."""

import json
import os
import queue
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import standardwebhooks

received: queue.Queue = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        received.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 9017), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()


def amps(path: str, body: dict | None = None) -> dict:
    headers = {"x-api-key": "sk_test_demo", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"https://api.amps.ai{path}", data, headers)
    return dict(json.load(urllib.request.urlopen(request, timeout=20))["data"])


battery = amps("/battery")["items"][0]["id"]
amps(f"/battery/{battery}", {"action": {"command": "charge"}})
headers, body = received.get(timeout=30)
names = {"webhook-id": "svix-id", "webhook-timestamp": "svix-timestamp", "webhook-signature": "svix-signature"}
secret = os.environ["REPLAYSANDBOX_WEBHOOK_SECRET_AMPS"]
standardwebhooks.Webhook(secret).verify(body, {ours: headers[theirs] for ours, theirs in names.items()})
print("verified", headers["svix-timestamp"])
