"""The fixture `sandbox`: what a test holds of its sandbox. The same names as `replaysandbox.Sandbox`."""

from __future__ import annotations

from pathlib import Path

from pytest_replaysandbox.process import Process
from pytest_replaysandbox.steering import Clock, Devices, Faults, Journal
from pytest_replaysandbox.webhooks import Webhooks


class Sandbox:
    """The sandbox of one test: every call of the app in this test, and no other, is in its journal."""

    def __init__(self, process: Process) -> None:
        """Look at a running sandbox.

        Args:
            process: The sandbox.
        """
        self._process = process
        self._webhooks_given: set[str] = set()

    @property
    def env(self) -> dict[str, str]:
        """The variables that lead an app here. They are in `os.environ` already, so that child processes have them."""
        return dict(self._process.env)

    @property
    def proxy_url(self) -> str:
        """Address of the proxy."""
        return self._process.proxy_url

    @property
    def base_url(self) -> str:
        """Address for apps whose base URL is set instead: `{base_url}/amps/battery`."""
        return self._process.base_url

    @property
    def ca_file(self) -> Path:
        """PEM file with the certificate of the sandbox's CA."""
        return self._process.ca_file

    @property
    def control_url(self) -> str:
        """Address of the control API, without `/v1`."""
        return self._process.control.url

    @property
    def control_token(self) -> str:
        """Token of the control API."""
        return self._process.control.token

    @property
    def clock(self) -> Clock:
        """The clock: `at`, `set()`, `advance(hours=6)`, `freeze()`, `run()`."""
        return Clock(self._process.control)

    @property
    def journal(self) -> Journal:
        """The exchanges so far: `calls("GET /battery/{id}")`, `misses()`, `save()`, `clear()`."""
        return Journal(self._process.control)

    @property
    def faults(self) -> Faults:
        """Deliberate failures: `add("GET /battery/{id}", status=503, times=1)`, `list()`, `clear()`."""
        return Faults(self._process.control)

    @property
    def webhooks(self) -> Webhooks:
        """What the APIs told by themselves: `wait_for("push.completed")`, `list()`, `resend()`."""
        return Webhooks(self._process.control, self._webhooks_given)

    def devices(self, family: str | None = None) -> Devices:
        """Give the devices of a family, or all: a sequence that is fetched as it is looked at."""
        return Devices(self._process.control, family)

    def reset(self) -> None:
        """Put clock, commands, settings, faults and journal back to the start, in the middle of a test."""
        self._process.control.call("POST", "/sessions/default/reset")
        self._webhooks_given.clear()
