"""`--inspect` as a person types it: mitmweb's address on standard error, and the calls there."""

from __future__ import annotations

import json
import re
import signal
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.cli.conftest import Person
from tests.cli.test_up import FREE, batteries, first_line

LOOK = """
import urllib.request as u
u.urlopen(u.Request("https://api.amps.ai/battery", headers={"x-api-key": "sk_test_demo"})).read()
"""


def _flows(url: str, *, method: str = "GET", path: str = "/flows") -> Any:
    base, _, query = url.partition("/?")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"{base}{path}?{query}", method=method)
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


def test_the_calls_of_a_sandbox_are_shown(person: Person) -> None:
    running = person.starts("up", *FREE, "--format", "json", "--inspect")
    ready = first_line(running)
    assert running.stderr is not None
    told = running.stderr.readline()
    url = re.fullmatch(r"mitmweb shows the calls: (http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{32})\n", told)
    assert url, told
    assert _flows(url[1]) == []
    batteries(ready["base_url"])
    (flow,) = _flows(url[1])
    assert (flow["request"]["path"], flow["response"]["status_code"]) == ("/amps/battery", 200)
    for asked, method, path in (
        (url[1].partition("?")[0] + "?token=wrong", "GET", "/flows"),
        (url[1], "POST", f"/flows/{flow['id']}/replay"),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            _flows(asked, method=method, path=path)
        assert refused.value.code == 403
        refused.value.close()
    assert ready["dashboard_url"] is None
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (0, "replaysandbox stopped; 1 call answered\n")


def test_run_says_where_to_look(person: Person) -> None:
    done = person.types("run", "--inspect", "--", sys.executable, "-c", LOOK)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^mitmweb shows the calls: http://127\.0\.0\.1:\d+/\?token=", done.stderr, re.MULTILINE)
    assert "1: amps 1 simulate" in done.stderr
