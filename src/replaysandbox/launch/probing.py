"""Probing: our own client, which asks a live API through our own proxy, so that what `record` holds to holds here."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt

from replaysandbox.asking.calls import Caller, token_in, token_requests
from replaysandbox.core.counted import many
from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.exchange import Request
from replaysandbox.core.pack import Pack, Rate
from replaysandbox.launch.wall import wall_clock
from replaysandbox.probing import Plan, value_of

_TRIES = 3
"""How often one call is made where the API says that it is busy. Ours."""

_LONGEST_S = 300.0
"""Longest wait an API may ask for; beyond it the probe ends. Ours. [s]"""

_TIMEOUT_S = 30.0
_BUSY = (429, 503)

Sleep = Callable[[float], Awaitable[None]]


class OutOfCallsError(Exception):
    """No further call is made; the text says why."""


@dataclass(slots=True)
class Probed:
    """What came of a probe.

    Attributes:
        statuses: Status → how many answers; 0 for calls without one.
        calls: How many calls were made.
        unasked: Routes for which no id was known.
        stopped: Why it ended before all was asked; empty where it did not.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    calls: int = 0
    unasked: tuple[str, ...] = ()
    stopped: str = ""

    @property
    def answered(self) -> int:
        """How many calls were answered as they should be."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 400)


def caller_of(pack: Pack, text: str) -> Caller:
    """Read what the environment holds: a key or access token; or, for OAuth, `client:secret[:refresh token]`."""
    client, colon, rest = text.strip().partition(":")
    if not colon or pack.oauth is None:
        return Caller(text.strip())
    secret, _, refresh = rest.partition(":")
    return Caller("", client, secret, refresh)


def preferring(pack: Pack, hosts: Sequence[str]) -> Pack:
    """Let some hosts of a pack be asked before its others: its API's in Europe, or that of the vendor's own sandbox.

    Raises:
        SandboxError: One of them is no host of the pack.
    """
    unknown = [host for host in hosts if host not in pack.hosts]
    if unknown:
        reason = f"{unknown[0]} is no host of {pack.title}"
        raise SandboxError(Problem("--live-host", 0, "", reason, f"its hosts are {', '.join(pack.hosts)}"))
    return replace(pack, hosts=tuple(dict.fromkeys((*hosts, *pack.hosts))))


async def probed(
    plan: Plan, proxy_url: str, ca_file: Path, most: int, told: Callable[[int], None], sleep: Sleep = asyncio.sleep
) -> Probed:
    """Ask a live API all of a plan.

    Args:
        plan: What is asked.
        proxy_url: Our proxy, which records.
        ca_file: Our CA's certificate.
        most: Most calls that are made.
        told: Told how many calls were made, after each.
        sleep: Waits.
    """
    trust = ssl.create_default_context(cafile=str(ca_file))
    async with httpx.AsyncClient(proxy=proxy_url, verify=trust, trust_env=False, timeout=_TIMEOUT_S) as client:
        asking = _Asking(client, plan.pack.rate, most, told, sleep)
        try:
            if plan.caller.client:
                plan.caller = await asking.logged_in(plan)
            questions = plan.questions()
            body: Any = None
            while True:
                question = questions.send(body)
                body = await asking.ask(question.request)
        except StopIteration:
            pass
        except OutOfCallsError as error:
            asking.probed.stopped = str(error)
    asking.probed.unasked = tuple(plan.unasked)
    return asking.probed


class _Asking:
    """A client that keeps to how often it may ask."""

    def __init__(
        self, client: httpx.AsyncClient, rate: Rate, most: int, told: Callable[[int], None], sleep: Sleep
    ) -> None:
        self.probed = Probed()
        self._client = client
        self._pause_s = 60.0 / rate.per_minute
        self._most = min(most, rate.per_day or most)
        self._told = told
        self._sleep = sleep
        self._retrying = AsyncRetrying(
            retry=retry_if_result(_is_busy),
            stop=stop_after_attempt(_TRIES),
            wait=_wait_s,
            sleep=sleep,
            retry_error_callback=_last_answer,
        )

    async def logged_in(self, plan: Plan) -> Caller:
        """Get an access token by the pack's own token route."""
        for _, request in token_requests(plan.loaded.router, plan.pack, plan.caller):
            answer: httpx.Response | None = await self._retrying(self._once, request)
            token = token_in(answer.content) if answer is not None and answer.is_success else ""
            if token:
                return replace(plan.caller, key=token)
        raise OutOfCallsError(f"{plan.pack.title} gave no access token for the client's credentials")

    async def ask(self, request: Request) -> Any:
        """Ask; the JSON value of the answer, None where it is no success."""
        answer: httpx.Response | None = await self._retrying(self._once, request)
        return value_of(answer.content) if answer is not None and answer.is_success else None

    async def _once(self, request: Request) -> httpx.Response | None:
        """Make one call, no sooner than the API's rate lets; None where there was no answer."""
        if self.probed.calls >= self._most:
            raise OutOfCallsError(f"{many(self._most, 'call')} made")
        if self.probed.calls:
            await self._sleep(self._pause_s)
        self.probed.calls += 1
        answer: httpx.Response | None = None
        headers, body = list(request.headers), request.body or None
        with suppress(httpx.HTTPError):  # recorded as what it was: a name unknown, a time-out, half an answer
            answer = await self._client.request(request.method, request.url, headers=headers, content=body)
        self.probed.statuses[answer.status_code if answer is not None else 0] += 1
        self._told(self.probed.calls)
        return answer


def _is_busy(answer: httpx.Response | None) -> bool:
    return answer is not None and answer.status_code in _BUSY


def _last_answer(state: RetryCallState) -> httpx.Response | None:
    answer: httpx.Response | None = state.outcome.result() if state.outcome is not None else None
    return answer


def _wait_s(state: RetryCallState) -> float:
    """Wait as long as the API asks for, else twice as long each time.

    Raises:
        OutOfCallsError: It asks for more than `_LONGEST_S`.

    Source:
        RFC 9110, 10.2.3.
    """
    answer = _last_answer(state)
    text = answer.headers.get("retry-after", "") if answer is not None else ""
    wait_s = _seconds(text, wall_clock())
    if wait_s is None:
        return float(2**state.attempt_number)
    if wait_s > _LONGEST_S:
        raise OutOfCallsError(f"the API asks to wait {wait_s:.0f} s")
    return wait_s


def _seconds(text: str, at: datetime) -> float | None:
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(0.0, (until - at).total_seconds())
