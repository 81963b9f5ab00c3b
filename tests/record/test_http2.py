"""A live API that speaks HTTP/2, asked by a client that does."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from tests.clients.certificate import write_certificate
from tests.record.conftest import Person
from tests.record.live_api import HOST


class _Server(asyncio.Protocol):
    heard: list[dict[str, str]]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.spoken = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.spoken.initiate_connection()
        transport.write(self.spoken.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self.spoken.receive_data(data):
            if isinstance(event, RequestReceived):
                headers = {str(name): str(value) for name, value in event.headers or ()}
                self.heard.append(headers)
                body = json.dumps({"path": headers[":path"]}).encode()
                fields = [
                    (":status", "200"),
                    ("content-type", "application/json"),
                    ("set-cookie", "a=1"),
                    ("set-cookie", "b=2"),
                ]
                self.spoken.send_headers(event.stream_id or 1, fields)
                self.spoken.send_data(event.stream_id or 1, body, end_stream=True)
        self.transport.write(self.spoken.data_to_send())


@contextmanager
def http2_api(folder: Path) -> Iterator[tuple[int, list[dict[str, str]]]]:
    file = folder / "h2.pem"
    write_certificate(file, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.set_alpn_protocols(["h2"])
    heard: list[dict[str, str]] = []
    loop = asyncio.new_event_loop()
    protocol = type("Server", (_Server,), {"heard": heard})
    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def test_http2_all_the_way(person: Person, tmp_path: Path) -> None:
    program = (
        "import httpx\n"
        "with httpx.Client(http2=True, timeout=20) as client:\n"
        "    for path in ('/battery?x=1', '/vehicle'):\n"
        "        answer = client.get('https://api.amps.ai' + path, headers={'x-api-key': 'sk_live_Zq81mmKpR2x0'})\n"
        "        print(answer.http_version, answer.json()['path'], answer.headers.get_list('set-cookie'))\n"
    )
    with http2_api(tmp_path) as (port, heard):
        options = ["--upstream", f"{HOST}=https://127.0.0.1:{port}", "--upstream-ca", str(tmp_path / "h2.pem")]
        done = person.types("record", str(person.file), *options, "--", sys.executable, "-c", program)
    assert done.stdout.splitlines() == ["HTTP/2 /battery?x=1 ['a=1', 'b=2']", "HTTP/2 /vehicle ['a=1', 'b=2']"], (
        done.stderr
    )
    assert [(each[":authority"], each[":scheme"], each["x-api-key"]) for each in heard] == [
        (HOST, "https", "sk_live_Zq81mmKpR2x0")
    ] * 2
    assert "host" not in heard[0]
    kept = person.recorded()
    assert [each.response and each.response.http_version for each in kept] == ["HTTP/2.0", "HTTP/2.0"]
    again = person.types("replay", str(person.file), "--", sys.executable, "-c", program)
    assert again.stdout.count("/vehicle") == 1, again.stderr
