from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from replaysandbox.core.capture import Recorded
from replaysandbox.files.foreign.curl import write_curl
from tests.unit.files.foreign.made import write
from tests.unit.files.recorded import recorded


class _Heard(BaseHTTPRequestHandler):
    heard: list[tuple[str, str, list[tuple[str, str]], bytes]]

    def _hear(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.heard.append((self.command, self.path, list(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_HEAD = do_PUT = _hear  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    _Heard.heard = []
    with HTTPServer(("127.0.0.1", 0), _Heard) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def to(server: HTTPServer, method: str, path: str, body: bytes = b"", **headers: str) -> Recorded:
    request = recorded(path).request
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    request = replace(request, method=method, scheme="http", host="127.0.0.1", port=server.server_port)
    return replace(recorded(), request=replace(request, headers=fields, body=body))


@pytest.mark.slow
def test_a_shell_sends_what_was_recorded(server: HTTPServer, tmp_path: Path) -> None:
    bodies = [b'it\'s $HOME `id` \\ "x"\n', b"@/etc/passwd", bytes(range(256)), "ü€".encode(), b"-d"]
    exchanges = [
        to(server, "POST", f"/{n}/[x]/../y?a=$b&c='d'", body, X_A="q'\"$(id)") for n, body in enumerate(bodies)
    ]
    exchanges += [to(server, "GET", "/g", X_Empty=""), to(server, "HEAD", "/h"), to(server, "PUT", "/p")]
    script = tmp_path / "x.sh"
    text, lost = write(write_curl, exchanges)
    script.write_bytes(text)
    subprocess.run(["sh", "-e", str(script)], check=True, capture_output=True, timeout=60)
    assert [(method, path) for method, path, _, _ in _Heard.heard] == [
        *(("POST", f"/{n}/[x]/../y?a=$b&c='d'") for n in range(5)),
        ("GET", "/g"),
        ("HEAD", "/h"),
        ("PUT", "/p"),
    ]
    assert [body for _, _, _, body in _Heard.heard][:5] == bodies
    own = ("Host", "Content-Length")
    assert [pair for pair in _Heard.heard[0][2] if pair[0] not in own] == [("X-A", "q'\"$(id)")]
    assert [pair for pair in _Heard.heard[5][2] if pair[0] not in own] == [("X-Empty", "")]
    assert lost == ["the answer: the format holds requests alone (8 times, first in exchange 1)"]
