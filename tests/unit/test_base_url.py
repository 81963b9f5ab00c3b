import json
from dataclasses import replace

import pytest

from replaysandbox.base_url import aim
from replaysandbox.core.exchange import Reply, Request
from tests.unit.core.make import make_pack, make_route

ROUTES = (make_route("GET /battery", "amps"), make_route("POST /battery/{id}", "amps"))
AMPS = make_pack(*ROUTES, name="amps", host="api.amps.test")
SMART = replace(make_pack(make_route("GET /v2/x", "smart"), name="smart"), hosts=("api.smart.test", "auth.smart.test"))
BOTH = {"amps": AMPS, "smart": SMART}
ONE = {"amps": AMPS}


def base(path: str) -> Request:
    return Request("GET", "http", "", 4480, path, headers=(("Host", "127.0.0.1:4480"),), way="base")


@pytest.mark.parametrize(
    ("path", "both", "host", "aimed"),
    [
        ("/amps/battery", True, "api.amps.test", "/battery"),
        ("/amps/battery", False, "api.amps.test", "/battery"),
        ("/battery", False, "api.amps.test", "/battery"),
        ("/smart/v2/vehicles", True, "api.smart.test", "/v2/vehicles"),
        ("/smart/auth.smart.test/oauth/token", True, "auth.smart.test", "/oauth/token"),
        ("/smart/Auth.Smart.test/", True, "auth.smart.test", "/"),
        ("/amps", True, "api.amps.test", "/"),
    ],
)
def test_a_base_url_means_a_host_of_its_pack(path: str, both: bool, host: str, aimed: str) -> None:
    request = aim(base(path), BOTH if both else ONE)
    assert isinstance(request, Request)
    assert (request.scheme, request.host, request.port, request.path) == ("https", host, 443, aimed)


def test_a_path_of_no_pack_says_which_there_are() -> None:
    reply = aim(base("/battery"), BOTH)
    assert isinstance(reply, Reply)
    assert (reply.status, json.loads(reply.body)["sandbox"]["packs"]) == (501, ["amps", "smart"])


def test_the_index_lists_packs_routes_and_curl_lines() -> None:
    reply = aim(base("/"), BOTH)
    assert isinstance(reply, Reply)
    told = json.loads(reply.body)["sandbox"]["packs"]["amps"]
    assert told["base_url"] == "http://127.0.0.1:4480/amps"
    assert told["routes"] == [
        {"route": "GET /battery", "curl": "curl -H 'x-api-key: sk_1' 'http://127.0.0.1:4480/amps/battery'"},
        {
            "route": "POST /battery/{id}",
            "curl": "curl -X POST -H 'x-api-key: sk_1' 'http://127.0.0.1:4480/amps/battery/{id}'",
        },
    ]


def test_health_is_200() -> None:
    reply = aim(base("/healthz"), {})
    assert isinstance(reply, Reply)
    assert (reply.status, json.loads(reply.body)["sandbox"]["status"]) == (200, "ok")
