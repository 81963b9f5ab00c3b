"""One port, four ways in, HTTP/1.1 and HTTP/2, and who the client says it is."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from replaysandbox.proxy.ca import Authority
from tests.proxy.talking import HOST, Proxy, connect, dial, direct_tls, get, hear, proxy_running, say, tunnel_to

BOB = "Proxy-Authorization: Basic Ym9iOng=\r\n"  # bob:x


def test_connect(proxy: Proxy) -> None:
    with tunnel_to(proxy, extra=BOB) as inside:
        inside.sendall(get(path="/battery?userId=7"))
        told = hear(inside).json
    assert told["way"] == "connect"
    assert told["url"] == f"https://{HOST}/battery?userId=7"
    assert (told["path"], told["query"]) == ("/battery", "userId=7")
    assert told["user"] == "bob"
    assert "proxy-authorization" not in told["headers"]


def test_plain_http_in_a_tunnel(proxy: Proxy) -> None:
    client, answer = connect(proxy, f"{HOST}:80")
    assert answer.status == 200
    with client:
        client.sendall(get())
        assert hear(client).json["url"] == f"http://{HOST}/battery"


@pytest.mark.parametrize("scheme", ["http", "https"])  # older axios asks for https:// in the absolute form
def test_absolute_form(proxy: Proxy, scheme: str) -> None:
    request = f"GET {scheme}://{HOST}/battery?a=b HTTP/1.1\r\nHost: {HOST}\r\n{BOB}\r\n"
    told = say(proxy, request.encode()).json
    assert (told["way"], told["url"], told["user"]) == ("absolute", f"{scheme}://{HOST}/battery?a=b", "bob")


def test_base_url(proxy: Proxy) -> None:
    told = say(proxy, get(f"127.0.0.1:{proxy.port}", "/amps/battery")).json
    assert (told["way"], told["host"], told["path"]) == ("base", "", "/amps/battery")


def test_base_url_over_tls(proxy: Proxy) -> None:
    with direct_tls(proxy, "localhost") as client:
        client.sendall(get(f"localhost:{proxy.port}", "/amps/battery"))
        assert hear(client).json["way"] == "base"


def test_direct_tls(proxy: Proxy) -> None:
    with direct_tls(proxy) as client:
        client.sendall(get())
        told = hear(client).json
    assert (told["way"], told["url"]) == ("direct", f"https://{HOST}/battery")


def test_direct_plain_http(proxy: Proxy) -> None:
    assert say(proxy, get()).json["way"] == "direct"


def test_connect_inside_tls_to_the_proxy(proxy: Proxy) -> None:
    with direct_tls(proxy, "localhost", ["h2", "http/1.1"]) as client:
        assert client.selected_alpn_protocol() == "http/1.1"
        client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert hear(client, tunnel=True).status == 200


@pytest.mark.parametrize("spelling", ["API.Amps.AI", "api.amps.ai.", "api.amps.ai:443"])
def test_spellings_of_an_imitated_host(proxy: Proxy, spelling: str) -> None:
    told = say(proxy, f"GET http://{spelling}/battery HTTP/1.1\r\nHost: {spelling}\r\n\r\n".encode()).json
    assert told["host"] == HOST


def test_several_requests_on_one_connection(proxy: Proxy) -> None:
    with tunnel_to(proxy) as inside:
        for number in range(3):
            inside.sendall(get(path=f"/{number}"))
            assert hear(inside).json["path"] == f"/{number}"


def test_hosts_alternate_on_one_connection(proxy: Proxy) -> None:
    with dial(proxy) as client:
        for host, status in ((HOST, 200), ("stranger.example", 502), (HOST, 200)):
            client.sendall(f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert hear(client).status == status


def test_pipelined_requests_are_answered_in_order(proxy: Proxy) -> None:
    with dial(proxy) as client:
        client.sendall(b"".join(get(path=f"/{number}") for number in range(4)))
        assert [hear_one(client)["path"] for _ in range(4)] == ["/0", "/1", "/2", "/3"]


def hear_one(client: object) -> dict:
    """Hear one of several answers that may come in one piece."""
    import json

    raw = b""
    while not raw.endswith(b"}"):
        raw += client.recv(1)  # type: ignore[attr-defined]
    return json.loads(raw.partition(b"\r\n\r\n")[2])


def test_body_and_expect(proxy: Proxy) -> None:
    with tunnel_to(proxy) as inside:
        inside.sendall(get(method="POST", extra="Content-Length: 5\r\nExpect: 100-continue\r\n"))
        assert inside.recv(100).startswith(b"HTTP/1.1 100")
        inside.sendall(b"hello")
        assert hear(inside).json["body"] == "hello"


def test_chunked_body(proxy: Proxy) -> None:
    chunks = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    answer = say(proxy, get(method="POST", extra="Transfer-Encoding: chunked\r\n") + chunks)
    assert answer.json["body"] == "abcde"


def test_odd_bytes_in_a_path_are_escaped(proxy: Proxy) -> None:
    said = b"GET /caf\xe9%20x HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\n\r\n"
    assert say(proxy, said).json["path"] == "/caf%E9%20x"


@pytest.mark.parametrize("http2", [False, True])
def test_httpx(proxy: Proxy, http2: bool) -> None:
    with httpx.Client(proxy=proxy.url, verify=proxy.trusting(), http2=http2, trust_env=False) as client:
        answers = [client.get(f"https://{HOST}/battery/{number}", timeout=10) for number in range(3)]
    assert {answer.http_version for answer in answers} == {"HTTP/2" if http2 else "HTTP/1.1"}
    assert [answer.json()["path"] for answer in answers] == ["/battery/0", "/battery/1", "/battery/2"]
    assert all(answer.headers["x-sandbox"] == "simulate" for answer in answers)


def test_http2_streams_side_by_side(proxy: Proxy) -> None:
    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(proxy=proxy.url, verify=proxy.trusting(), http2=True, trust_env=False) as client:
            calls = [client.post(f"https://{HOST}/{n}", content=b"x" * 70_000) for n in range(10)]
            return await asyncio.gather(*calls)

    answers = asyncio.run(ask())
    assert sorted(answer.json()["path"] for answer in answers) == [f"/{number}" for number in range(10)]
    assert all(len(answer.json()["body"]) == 70_000 for answer in answers)


def test_http2_by_direct_tls(proxy: Proxy) -> None:
    with httpx.Client(verify=proxy.trusting(), http2=True, trust_env=False) as client:
        answer = client.get(
            f"https://127.0.0.1:{proxy.port}/battery",
            headers={"Host": HOST},
            extensions={"sni_hostname": HOST},
        )
    assert answer.http_version == "HTTP/2"
    assert answer.json()["way"] == "direct"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("", 407),
        (BOB, 407),
        ("Proxy-Authorization: Basic Ym9iOnNlc2FtZQ==\r\n", 200),
        ("Proxy-Authorization: x\r\n", 407),
    ],
)
def test_password(authority: Authority, given: str, status: int) -> None:
    with proxy_running(authority, password="sesame") as proxy:
        client, answer = connect(proxy, f"{HOST}:443", given)
        client.close()
        absolute = say(proxy, f"GET http://{HOST}/ HTTP/1.1\r\nHost: {HOST}\r\n{given}\r\n".encode())
        own = say(proxy, get(f"127.0.0.1:{proxy.port}"))
    assert (answer.status, absolute.status, own.status) == (status, status, 200)
    if status == 407:
        assert answer.is_clear
        assert answer.headers["proxy-authenticate"].startswith("Basic ")
        assert "sesame" not in answer.body.decode()


def test_a_password_asked_for_is_given_on_the_same_connection(authority: Authority) -> None:
    """As Java does, which sends none unasked."""
    with proxy_running(authority, password="sesame") as proxy, dial(proxy) as client:
        client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert hear(client, tunnel=True).status == 407
        credentials = "Proxy-Authorization: Basic Ym9iOnNlc2FtZQ==\r\n"
        client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n{credentials}\r\n".encode())
        assert hear(client, tunnel=True).status == 200
        with proxy.trusting().wrap_socket(client, server_hostname=HOST) as inside:
            inside.sendall(get())
            assert hear(inside).json["user"] == "bob"


def test_tls_in_the_same_packet_as_connect(proxy: Proxy) -> None:
    """A client that does not wait for the answer to CONNECT."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = proxy.trusting().wrap_bio(incoming, outgoing, server_hostname=HOST)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    with dial(proxy) as client:
        client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode() + outgoing.read())
        seen = b""
        while b"\r\n\r\n\x16" not in seen:
            seen += client.recv(65536)
    assert seen.startswith(b"HTTP/1.1 200 ")


def test_ipv6(authority: Authority) -> None:
    with proxy_running(authority, bind="::1") as proxy:
        assert proxy.url == f"http://[::1]:{proxy.port}"
        assert httpx.get(f"{proxy.url}/amps/battery", trust_env=False).json()["way"] == "base"
