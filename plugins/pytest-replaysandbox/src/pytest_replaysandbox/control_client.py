"""Speaks to a running sandbox over its control API. Standard library only, never through a proxy.

`plugins/pytest-replaysandbox` holds a copy of this module, of `steering` and of `webhooks`, which runs on Python 3.10;
a test holds them together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

_TIMEOUT_S = 30.0
"""How long one answer may take. Ours: the longest, a series of 10,000 readings, takes under a second. [s]"""


def instant(text: str) -> datetime:
    """Read an instant as the control API writes it; Python 3.10 knows no `Z`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _direct() -> OpenerDirector:
    # The environment's proxy may be the sandbox itself, which refuses loopback.
    return build_opener(ProxyHandler({}))


class ControlError(Exception):
    """The control API said no.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Control:
    """The control API of one sandbox.

    Attributes:
        url: Its address, without `/v1`.
        token: Its token.
    """

    url: str
    token: str = field(repr=False)
    _opener: OpenerDirector = field(default_factory=_direct, repr=False)

    def call(self, method: str, path: str, body: Any = None, /, **query: object) -> Any:
        """Make one call and give back its JSON.

        Args:
            method: HTTP method.
            path: Path below `/v1`, with its slash.
            body: Value of the JSON body, or None for no body.
            query: Query parameters; None ones are left out.

        Raises:
            ControlError: The sandbox said no.
            OSError: There is no sandbox any more.
        """
        return json.loads(self.fetch(method, path, body, **query))

    def fetch(self, method: str, path: str, body: Any = None, /, **query: object) -> bytes:
        """Make one call and give back its bytes.

        Raises:
            ControlError: The sandbox said no.
            OSError: There is no sandbox any more.
        """
        wanted = urlencode({name: value for name, value in query.items() if value is not None})
        address = f"{self.url}/v1{quote(path)}" + (f"?{wanted}" if wanted else "")
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Content-Type": "application/json"} if sent else {})
        request = Request(address, sent, headers, method=method)  # noqa: S310 - always our own http address
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                data: bytes = answer.read()
                return data
        except HTTPError as error:
            with error:
                raise ControlError(error.code, _message(error.read())) from None


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["sandbox"]["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:500]
