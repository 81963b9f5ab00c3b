"""One attempt to deliver: sign, dial the address that was checked, send, and judge the answer."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from time import perf_counter
from typing import Any

import certifi
import httpcore

from replaysandbox.core.delivery import Attempt, Delivery
from replaysandbox.core.webhooks import Challenge, Message, Receiver, Webhooks
from replaysandbox.deliver.addresses import ForbiddenAddressError, LookUp, OwnPort, addresses_of, looked_up
from replaysandbox.deliver.signing import keyed_hash, signed_headers
from replaysandbox.render.render import RenderError, Templates, render

logger = logging.getLogger(__name__)

Voice = tuple[Webhooks, Templates]
"""How an API sends, and the templates of its pack."""

ReceiverOf = Callable[[Delivery], Receiver | str]
"""Finds the receiver of a delivery as it is registered now, or says why it is sent nothing."""

MOST_READ = 64 * 1024
"""Bytes read of an answer; only a challenge's is looked into. Ours."""

LONGEST_WAIT_S = 24 * 3600.0
"""Longest `Retry-After` that is honoured. Ours. [s]"""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt.

    Attributes:
        attempt: For the record.
        delivered: Whether the receiver took it.
        gone: Whether it wants no more at all (410).
        final: Whether this delivery is not to be tried again.
        retry_after_s: How long it wants to be left alone. [s]
        sent: Whether anything went out to the receiver.
    """

    attempt: Attempt
    delivered: bool = False
    gone: bool = False
    retry_after_s: float = 0.0
    final: bool = False
    sent: bool = True


_NETWORK = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


class _UnprovenError(Exception):
    """A receiver did not answer its challenge as it must; the text says how not."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class _CheckedBackend(httpcore.AnyIOBackend):
    """Dials the address that was checked, whatever the name leads to a moment later."""

    def __init__(self, own_port: OwnPort, look_up: LookUp) -> None:
        self._own_port = own_port
        self._look_up = look_up

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a receiver."""
        *others, last = await addresses_of(host, port, self._own_port, self._look_up)
        for address in others:
            with suppress(httpcore.ConnectError):
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
        return await super().connect_tcp(last, port, timeout, local_address, socket_options)


class Sender:
    """Sends messages. Knows no queue: what is tried when is not its business.

    Nothing of the environment's proxies is used (one of them may be this sandbox), no redirect is followed.
    """

    def __init__(
        self,
        voice: Callable[[str], Voice | None],
        secrets: Mapping[str, str],
        wall: Callable[[], datetime],
        own_port: OwnPort = lambda address, port: False,
        look_up: LookUp = looked_up,
        registered: ReceiverOf = lambda delivery: "nobody registers receivers here",
    ) -> None:
        """Make a sender.

        Args:
            voice: Tells how a pack's API sends; None where it does not.
            secrets: Pack → what its messages are signed with.
            wall: Reads the wall clock.
            own_port: Tells our own servers, which are never sent anything.
            look_up: Finds the addresses of a name.
            registered: Finds the receiver of a delivery to one that an app registered.
        """
        self._voice = voice
        self._secrets = secrets
        self._registered = registered
        self._wall = wall
        self._backend = _CheckedBackend(own_port, look_up)
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}
        self._proven: set[tuple[str, str, str]] = set()

    async def close(self) -> None:
        """Close what is open."""
        for pool in self._pools.values():
            await pool.aclose()

    async def send(self, delivery: Delivery) -> Result:
        """Try once; never raises: one delivery that breaks us must not end all others."""
        try:
            return await self._tried(delivery)
        except Exception as error:
            logger.exception("the sandbox broke on a webhook of the pack %s", delivery.message.pack)
            return Result(Attempt(self._wall(), error=f"the sandbox broke on it: {type(error).__name__}: {error}"))

    async def _tried(self, delivery: Delivery) -> Result:
        message, url = delivery.message, delivery.receiver
        voice = self._voice(message.pack)
        wall, began = self._wall(), perf_counter()
        if voice is None:
            return Result(Attempt(wall, error=f"the pack {message.pack} tells no events any more"), sent=False)
        to = self._registered(delivery) if delivery.registered else Receiver(url)
        if isinstance(to, str):
            return Result(Attempt(wall, error=to), final=True, sent=False)
        to = to if to.secret else replace(to, secret=self._secrets.get(message.pack, ""))
        webhooks = voice[0]
        error, out = "", True
        answer = None
        try:
            async with asyncio.timeout(webhooks.timeout_s):
                if webhooks.challenge is not None:
                    await self._prove(voice, webhooks.challenge, message, to)
                answer = await self._post(webhooks, message, to, wall)
        except TimeoutError:
            error = f"no answer within {webhooks.timeout_s:g} s"
        except (_UnprovenError, RenderError) as reason:
            error = str(reason)
        except (*_NETWORK, OSError, ValueError) as reason:
            error, out = _said(reason), not isinstance(reason, ForbiddenAddressError)
        took_ms = round((perf_counter() - began) * 1000.0, 3)
        if answer is None:
            return Result(Attempt(wall, error=error, took_ms=took_ms), sent=out)
        return _judged(answer, wall, took_ms)

    async def _post(self, webhooks: Webhooks, message: Message, to: Receiver, wall: datetime) -> _Answer:
        headers = (*signed_headers(webhooks, message, to.secret, wall), *to.headers, ("Host", _host(to.url)))
        raw = [(name.encode(), value.encode()) for name, value in headers]
        async with self._pool(to.url).stream("POST", to.url, headers=raw, content=message.body) as answer:
            body = b""
            async for part in answer.aiter_stream():
                body += part
                if len(body) > MOST_READ:
                    break
            return _Answer(answer.status, {name.lower(): value for name, value in answer.headers}, body)

    def _pool(self, url: str) -> httpcore.AsyncConnectionPool:
        """Give the connections of a scheme. Reading this machine's roots takes 0.05 s: only for who needs them."""
        scheme = url.partition(":")[0]
        if scheme not in self._pools:
            context = _roots() if scheme == "https" else None
            self._pools[scheme] = httpcore.AsyncConnectionPool(
                context, max_connections=32, network_backend=self._backend
            )
        return self._pools[scheme]

    async def _prove(self, voice: Voice, challenge: Challenge, message: Message, to: Receiver) -> None:
        """Make sure, once, that a receiver knows the secret."""
        webhooks, templates = voice
        if (message.pack, to.url, to.secret) in self._proven:
            return
        text = sha256(f"challenge {message.pack} {to.url}".encode()).hexdigest()[:32]
        asked = replace(message, id=f"{message.id}_challenge")
        seen = {"challenge": text, "at": message.at, "id": asked.id, "uuid": asked.uuid}
        asked = replace(asked, body=render(templates, challenge.template, seen))
        answer = await self._post(webhooks, asked, to, self._wall())
        wanted = keyed_hash(webhooks.sign, to.secret, text.encode())
        if not 200 <= answer.status < 300 or _at_path(answer.body, challenge.answer) != wanted:
            reason = f"the challenge was answered with {answer.status}, without its HMAC at '{challenge.answer}'"
            raise _UnprovenError(f"{reason}; nothing is sent to a receiver that does not pass it")
        self._proven.add((message.pack, to.url, to.secret))


def _roots() -> ssl.SSLContext:
    """Trust what this machine trusts (`SSL_CERT_FILE` included), and public roots where it has none."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]


def _said(error: Exception) -> str:
    """Put a failure of the network into a line, the reason below it included."""
    reason = error.__cause__ or error.__context__ or error
    return f"{str(error) or str(reason) or type(error).__name__}"[:300]


def _judged(answer: _Answer, wall: datetime, took_ms: float) -> Result:
    """Judge an answer. Source: Standard Webhooks, specification, "Operational considerations", 2023."""
    status = answer.status
    if 200 <= status < 300:
        return Result(Attempt(wall, status, took_ms=took_ms), delivered=True)
    error = f"answered {status}"
    if 300 <= status < 400:
        error = f"answered {status}; redirects are not followed"
    waits_s = _retry_after_s(answer.headers.get(b"retry-after", b"").decode("latin-1"), wall)
    return Result(Attempt(wall, status, error, took_ms), gone=status == 410, retry_after_s=waits_s)


def _retry_after_s(text: str, wall: datetime) -> float:
    """Read `Retry-After`: seconds, or an HTTP date."""
    if text.strip().isdecimal():
        return min(float(text.strip()[:9]), LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max((at - wall).total_seconds(), 0.0), LONGEST_WAIT_S)


def _at_path(body: bytes, path: str) -> object:
    """Find what stands at a dotted path of a JSON body; None where nothing does."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
