# An app that has a server of its own on this machine, and calls it.
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Hello)
threading.Thread(target=server.serve_forever, daemon=True).start()
for host in ("127.0.0.1", "localhost"):
    with urlopen(f"http://{host}:{server.server_port}/", timeout=20) as answer:
        print(answer.status, answer.read().decode())
