from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.launch.environment import SHIMS, Surroundings, changed, environment, uvx_folders

PROXY = "http://127.0.0.1:4480"
AROUND = Surroundings(
    proxy_url=PROXY,
    hosts=("api.amps.ai", "auth.amps.ai"),
    bundle=Path("/conf/bundle.pem"),
    node_bundle=Path("/conf/node.pem"),
    trust_store=Path("/conf/java.p12"),
)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY"])
def test_the_proxy_is_named_in_both_cases_whatever_the_user_had(name: str) -> None:
    child = environment({name: "http://corp:1", name.lower(): "http://corp:2"}, AROUND)
    assert child[name] == child[name.lower()] == PROXY


def test_no_proxy_keeps_what_covers_no_imitated_host() -> None:
    child = environment({"NO_PROXY": "corp.example,.amps.ai", "no_proxy": "*,box"}, AROUND)
    assert child["NO_PROXY"] == child["no_proxy"] == "corp.example,box,localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    "name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS", "DENO_CERT"]
)
def test_the_combined_bundle_is_everywhere_a_client_may_look(name: str) -> None:
    assert environment({}, AROUND)[name] == environment({name: "/theirs.pem"}, AROUND)[name] == "/conf/bundle.pem"


@pytest.mark.parametrize("name", ["NIX_SSL_CERT_FILE", "PERL_LWP_SSL_CA_FILE", "WEBSOCKET_CLIENT_CA_BUNDLE"])
def test_a_variable_that_would_win_over_ours_is_replaced_only_where_the_user_has_it(name: str) -> None:
    assert name not in environment({}, AROUND)
    assert environment({name: "/theirs.pem"}, AROUND)[name] == "/conf/bundle.pem"


@pytest.mark.parametrize("name", ["PIP_CERT", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "HOME"])
def test_what_is_not_ours_to_change_stays(name: str) -> None:
    assert environment({name: "/theirs"}, AROUND)[name] == "/theirs"
    assert name not in environment({}, AROUND)


def test_node_gets_our_ca_the_proxy_and_the_preload() -> None:
    child = environment({}, AROUND)
    assert child["NODE_EXTRA_CA_CERTS"] == "/conf/node.pem"
    assert child["NODE_USE_ENV_PROXY"] == "1"
    flag, file = shlex.split(child["NODE_OPTIONS"])
    assert flag == "--require"
    assert Path(file).is_file()


def test_node_options_of_the_user_come_first_and_ours_once() -> None:
    once = environment({"NODE_OPTIONS": "--max-old-space-size=512"}, AROUND)
    assert once["NODE_OPTIONS"].startswith("--max-old-space-size=512 --require ")
    assert environment(once, AROUND)["NODE_OPTIONS"] == once["NODE_OPTIONS"]


def test_pythonpath_of_the_user_comes_second() -> None:
    shim = str(SHIMS / "python")
    assert environment({}, AROUND)["PYTHONPATH"] == shim
    assert environment({"PYTHONPATH": "src:lib"}, AROUND)["PYTHONPATH"] == f"{shim}{os.pathsep}src:lib"


def test_the_shims_folder_holds_nothing_that_a_child_could_import_by_accident() -> None:
    assert [file.name for file in (SHIMS / "python").iterdir() if file.suffix] == ["sitecustomize.py"]


def test_java_is_told_by_properties_after_the_users_own() -> None:
    options = environment({"JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=corp -Xmx1g"}, AROUND)["JAVA_TOOL_OPTIONS"]
    words = options.split()
    assert words[:2] == ["-Dhttps.proxyHost=corp", "-Xmx1g"]
    for wanted in (
        "-Dhttps.proxyHost=127.0.0.1",
        "-Dhttps.proxyPort=4480",
        "-Dhttp.proxyHost=127.0.0.1",
        "-Dhttp.proxyPort=4480",
        "-Djavax.net.ssl.trustStore=/conf/java.p12",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=changeit",
    ):
        assert wanted in words[2:]


def test_without_a_trust_store_java_keeps_its_own() -> None:
    assert "trustStore" not in environment({}, replace(AROUND, trust_store=None))["JAVA_TOOL_OPTIONS"]


def test_a_path_with_a_blank_stays_one_word() -> None:
    around = replace(AROUND, trust_store=Path("/my conf/java.p12"))
    assert '"-Djavax.net.ssl.trustStore=/my conf/java.p12"' in environment({}, around)["JAVA_TOOL_OPTIONS"]


def test_ours_say_where_the_sandbox_is() -> None:
    around = replace(AROUND, control_url="http://127.0.0.1:4481", control_token="t0ken")
    child = environment({}, around)
    assert child["REPLAYSANDBOX_PROXY"] == PROXY
    assert child["REPLAYSANDBOX_HOSTS"] == "api.amps.ai,auth.amps.ai"
    assert child["REPLAYSANDBOX_CONTROL"] == "http://127.0.0.1:4481"
    assert child["REPLAYSANDBOX_CONTROL_TOKEN"] == "t0ken"


def test_a_sandbox_around_this_one_leaves_no_control_address_behind() -> None:
    child = environment({"REPLAYSANDBOX_CONTROL": "http://127.0.0.1:9", "REPLAYSANDBOX_SEED": "7"}, AROUND)
    assert "REPLAYSANDBOX_CONTROL" not in child
    assert child["REPLAYSANDBOX_SEED"] == "7"


def test_the_users_environment_is_not_touched() -> None:
    user = {"HTTPS_PROXY": "http://corp:1", "PATH": "/usr/bin"}
    environment(user, AROUND)
    assert user == {"HTTPS_PROXY": "http://corp:1", "PATH": "/usr/bin"}


def test_changed_gives_what_a_shell_would_have_to_set() -> None:
    user = {"PATH": "/usr/bin", "HOME": "/home/me"}
    set_by_us = changed(user, environment(user, AROUND))
    assert "PATH" not in set_by_us
    assert "HOME" not in set_by_us
    assert set_by_us["https_proxy"] == PROXY
    assert list(set_by_us) == sorted(set_by_us)


def test_uvx_is_taken_off_the_path_and_only_there() -> None:
    path = "/cache/archive/bin:/home/me/bin:/usr/bin"
    off = uvx_folders({"UV": "/usr/bin/uv", "PATH": path}, "/cache/archive")
    assert environment({"PATH": path}, replace(AROUND, off_path=off))["PATH"] == "/home/me/bin:/usr/bin"


@pytest.mark.parametrize("user", [{}, {"UV": "/usr/bin/uv", "VIRTUAL_ENV": "/project/.venv"}])
def test_an_environment_of_the_users_own_stays_on_the_path(user: dict[str, str]) -> None:
    assert uvx_folders(user, "/project/.venv") == ()


def test_php_keeps_its_own_settings_and_gets_ours() -> None:
    around = Surroundings("http://127.0.0.1:4480", (), Path("/b.pem"), Path("/n.pem"), php_ini=Path("/ours"))
    assert environment({}, around)["PHP_INI_SCAN_DIR"] == ":/ours"
    assert environment({"PHP_INI_SCAN_DIR": "/own"}, around)["PHP_INI_SCAN_DIR"] == "/own:/ours"
    assert environment({"PHP_INI_SCAN_DIR": ":/ours"}, around)["PHP_INI_SCAN_DIR"] == ":/ours"
