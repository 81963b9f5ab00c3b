from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.launch.child_variables import Seen, obstacles_in
from replaysandbox.launch.environment import Surroundings, environment

HOSTS = ("api.amps.ai",)
WANTED = environment({}, Surroundings("http://127.0.0.1:4480", HOSTS, Path("/b.pem"), Path("/n.pem")))


def whats(argv: tuple[str, ...], **changed: str | None) -> list[str]:
    variables = {name: value for name, value in {**WANTED, **changed}.items() if value is not None}
    return [f"{each.what}: {each.evidence}" for each in obstacles_in(Seen(7, 1, argv, variables), WANTED, HOSTS)]


@pytest.mark.parametrize("program", ["sh", "python3.13", "node", "java", "curl"])
def test_a_process_with_all_it_was_given_has_nothing_in_its_way(program: str) -> None:
    assert whats((f"/usr/bin/{program}", "app")) == []


@pytest.mark.parametrize(
    ("argv", "changed", "said"),
    [
        (("curl",), {"HTTPS_PROXY": None}, "curl (pid 7) is not told of our proxy: HTTPS_PROXY is missing"),
        (("curl",), {"https_proxy": "http://c:1"}, "curl (pid 7) is not told of our proxy: https_proxy is http://c:1"),
        (("curl",), {"no_proxy": "x,.amps.ai"}, "calls api.amps.ai without a proxy: NO_PROXY has '.amps.ai'"),
        (("curl",), {"CURL_CA_BUNDLE": ""}, "curl (pid 7) may not trust our CA: CURL_CA_BUNDLE is empty"),
        (("node", "a.js"), {"NODE_OPTIONS": "--inspect"}, "runs without our preload: NODE_OPTIONS is --inspect"),
        (("python3", "-Es", "a.py"), {}, "does not look at PYTHONPATH: it was started with -Es"),
        (("python3", "a.py"), {"PYTHONPATH": None}, "aiohttp in python3 a.py (pid 7) ignores proxies: PYTHONPATH"),
        (("java",), {"JAVA_TOOL_OPTIONS": None}, "knows neither our proxy nor our CA: JAVA_TOOL_OPTIONS is missing"),
        (("java", "-Dhttps.proxyHost=c"), {}, "has proxy or CA of its own: its command line has -Dhttps.proxyHost"),
        (("x",), {"_JAVA_OPTIONS": "-Dhttp.proxyPort=1"}, "Java follows _JAVA_OPTIONS before us"),
    ],
)
def test_what_leads_past_us_is_named(argv: tuple[str, ...], changed: dict[str, str | None], said: str) -> None:
    (found,) = whats(argv, **changed)
    assert said in found


def test_other_programs_may_leave_out_what_they_do_not_read() -> None:
    assert whats(("curl",), NODE_OPTIONS=None, PYTHONPATH=None, JAVA_TOOL_OPTIONS=None) == []
    assert whats(("python3", "-c", "-I"), PYTHONPATH=WANTED["PYTHONPATH"]) == []
