"""Plays the outside world in a network of its own: the live host, an app's second server, a company's proxy.

Run as a script inside fresh mount and network namespaces, where nothing else exists. The live host is reached by
its true name at a public address, so that a call that leaks does arrive, and is counted: one byte per accept.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LIVE_NAME, LIVE_ADDRESS = "api.amps.ai", "203.0.113.10"
SECOND_NAME, SECOND_ADDRESS, SECOND_PORT = "metering.example", "203.0.113.20", 8443
PARENT_ADDRESS, PARENT_PORT = "203.0.113.30", 3128


class Second(BaseHTTPRequestHandler):
    """The app's own second server."""

    def do_GET(self) -> None:
        body = json.dumps({"second": True}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (LIVE_ADDRESS, SECOND_ADDRESS, PARENT_ADDRESS):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    names = f"127.0.0.1 localhost\n{LIVE_ADDRESS} {LIVE_NAME}\n{SECOND_ADDRESS} {SECOND_NAME}\n"
    (folder / "hosts").write_text(names)
    subprocess.run(["mount", "--bind", str(folder / "hosts"), "/etc/hosts"], check=True)
    accepts = os.open(folder / "accepts", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for port in (80, 443):
        listener = socket.create_server((LIVE_ADDRESS, port), backlog=64)
        threading.Thread(target=count, args=(listener, accepts), daemon=True).start()
    threading.Thread(target=second(folder).serve_forever, daemon=True).start()
    parent_listener = socket.create_server((PARENT_ADDRESS, PARENT_PORT))
    threading.Thread(target=parent, args=(parent_listener, folder / "tunnels"), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()


def count(listener: socket.socket, accepts: int) -> None:
    while True:
        connection, _ = listener.accept()
        os.write(accepts, b".")
        connection.close()


def second(folder: Path) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer((SECOND_ADDRESS, SECOND_PORT), Second)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "second.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def parent(listener: socket.socket, tunnels: Path) -> None:
    """Play a company's proxy: note where each tunnel is to lead, and lead it to the second server."""
    while True:
        client, _ = listener.accept()
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        with tunnels.open("ab") as notes:
            notes.write(head.partition(b"\r\n")[0] + b"\n")
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        server = socket.create_connection((SECOND_ADDRESS, SECOND_PORT))
        for pair in ((client, server), (server, client)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


def copy(source: socket.socket, target: socket.socket) -> None:
    while piece := source.recv(65536):
        target.sendall(piece)
    target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
