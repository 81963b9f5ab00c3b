"""The child's environment: what makes an unchanged app's calls come to the sandbox. Pure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from replaysandbox.launch.no_proxy import entries, narrowed

SHIMS = Path(__file__).parent / "shims"
"""In the installed package, not in a temporary folder: a child that outlives us must still find them."""

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY")

_BUNDLE_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTPLIB2_CA_CERTS",
    "DENO_CERT",
)

_BUNDLE_VARIABLES_IF_SET = ("NIX_SSL_CERT_FILE", "PERL_LWP_SSL_CA_FILE", "WEBSOCKET_CLIENT_CA_BUNDLE")

USER_BUNDLE_VARIABLES = (*_BUNDLE_VARIABLES, *_BUNDLE_VARIABLES_IF_SET)
"""Where a user may have named roots of their own; the combined bundle holds those too."""

_OURS = ("REPLAYSANDBOX_PROXY", "REPLAYSANDBOX_HOSTS", "REPLAYSANDBOX_CONTROL", "REPLAYSANDBOX_CONTROL_TOKEN")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a child must be told of a sandbox.

    Attributes:
        proxy_url: Our proxy, as `http://127.0.0.1:4480`.
        hosts: Imitated hosts, lower case.
        bundle: PEM file: the system's roots, the user's and ours.
        node_bundle: PEM file: the user's own extra roots and ours; Node brings the public ones.
        trust_store: PKCS12 file with the same roots as `bundle` for Java, or None.
        php_ini: Folder with settings that name `bundle` to PHP, or None.
        control_url: Control API, or empty while there is none.
        control_token: Its token.
        webhook_secrets: Pack → what its webhooks are signed with.
        off_path: Folders that must not be on the child's `PATH` (uvx's own).
    """

    proxy_url: str
    hosts: tuple[str, ...]
    bundle: Path
    node_bundle: Path
    trust_store: Path | None = None
    php_ini: Path | None = None
    control_url: str = ""
    control_token: str = ""
    webhook_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    off_path: tuple[str, ...] = ()


def environment(user: Mapping[str, str], around: Surroundings) -> dict[str, str]:
    """Give the environment in which an unchanged app's HTTP(S) calls come to the sandbox.

    Set for everybody:

    - `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` in both cases; `WS_PROXY`, `WSS_PROXY` because aiohttp reads
      only these for `ws://` and `wss://`.
    - `NO_PROXY`: the user's entries that cover no imitated host, and this machine's own names.
    - The combined bundle in `SSL_CERT_FILE` (OpenSSL, httpx, aiohttp, Go, Ruby, Rust, .NET), and in
      `REQUESTS_CA_BUNDLE` (requests), `CURL_CA_BUNDLE` (curl), `HTTPLIB2_CA_CERTS` (httplib2), `DENO_CERT`
      (Deno), because these four do not read the first, or not first.
    - `NODE_EXTRA_CA_CERTS`; `NODE_USE_ENV_PROXY` (Node 24); a preload in `NODE_OPTIONS` (Node before 24, and
      apps with their own Agent).
    - `PYTHONPATH` with our `sitecustomize.py` (aiohttp), `JAVA_TOOL_OPTIONS` with proxy and trust store,
      `PHP_INI_SCAN_DIR` with settings that name the bundle (PHP's curl extension reads no variable for it).

    Set only where the user had set them, because they would win over `SSL_CERT_FILE`: `NIX_SSL_CERT_FILE`,
    `PERL_LWP_SSL_CA_FILE`, `WEBSOCKET_CLIENT_CA_BUNDLE`.

    Left as they are, because what reads them calls no energy API, and the hosts it does call keep their own
    certificates (`--pass`): `PIP_CERT`, `GIT_SSL_CAINFO`, `CARGO_HTTP_CAINFO`, `AWS_CA_BUNDLE`,
    `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH`, `SSL_CERT_DIR` (read beside `SSL_CERT_FILE`, never instead).

    Args:
        user: The environment the user called us in.
        around: The sandbox the child is to live in.
    """
    child = {name: value for name, value in user.items() if name not in _OURS}
    child.update(_both_cases(dict.fromkeys(_PROXY_VARIABLES, around.proxy_url)))
    child.update(_both_cases({"NO_PROXY": ",".join(narrowed(entries(user), around.hosts))}))
    child.update(_bundles(user, around))
    child.update(_node(user, around))
    child["PYTHONPATH"] = _joined(os.pathsep, str(SHIMS / "python"), user.get("PYTHONPATH", ""))
    child["JAVA_TOOL_OPTIONS"] = _joined(" ", user.get("JAVA_TOOL_OPTIONS", ""), *_java(around))
    child.update(_php(user, around))
    if "PATH" in user:
        child["PATH"] = _path(user["PATH"], around.off_path)
    child.update(_ours(around))
    return child


def uvx_folders(user: Mapping[str, str], prefix: str) -> tuple[str, ...]:
    """Name the folder that `uvx` put on `PATH` for us: the child's `python` must be the user's, not ours.

    Seen with uv 0.13: `uvx` sets `UV` and `PATH` but no `VIRTUAL_ENV`; `uv run` and an activated environment,
    where our `python` is the user's, set `VIRTUAL_ENV` to it.

    Args:
        user: The environment the user called us in.
        prefix: `sys.prefix`.
    """
    return () if not user.get("UV") or user.get("VIRTUAL_ENV") == prefix else (str(Path(prefix, "bin")),)


def changed(user: Mapping[str, str], child: Mapping[str, str]) -> dict[str, str]:
    """Give the variables of a child's environment that differ from the user's, in order of their names."""
    return {name: child[name] for name in sorted(child) if user.get(name) != child[name]}


def _both_cases(variables: Mapping[str, str]) -> dict[str, str]:
    return {spelling: value for name, value in variables.items() for spelling in (name, name.lower())}


def _bundles(user: Mapping[str, str], around: Surroundings) -> dict[str, str]:
    names = _BUNDLE_VARIABLES + tuple(name for name in _BUNDLE_VARIABLES_IF_SET if user.get(name))
    return dict.fromkeys(names, str(around.bundle))


def _node(user: Mapping[str, str], around: Surroundings) -> dict[str, str]:
    preload = f"--require {_quoted(str(SHIMS / 'node' / 'preload.cjs'))}"
    own = user.get("NODE_OPTIONS", "")
    return {
        "NODE_EXTRA_CA_CERTS": str(around.node_bundle),
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": own if preload in own else _joined(" ", own, preload),
    }


def _java(around: Surroundings) -> tuple[str, ...]:
    """Name proxy and trust store as system properties; of one that is given twice Java takes the last."""
    proxy = urlsplit(around.proxy_url)
    options = [
        f"-D{scheme}.{key}={value}"
        for scheme in ("http", "https")
        for key, value in (("proxyHost", proxy.hostname), ("proxyPort", proxy.port))
    ]
    options.append("-Dhttp.nonProxyHosts=localhost|127.*|[::1]")
    if around.trust_store is not None:
        options.append(_quoted(f"-Djavax.net.ssl.trustStore={around.trust_store}"))
        options.append("-Djavax.net.ssl.trustStoreType=PKCS12")
        options.append(f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}")
    return tuple(options)


def _php(user: Mapping[str, str], around: Surroundings) -> dict[str, str]:
    """Name a folder of settings beside those PHP has: an empty first part stands for its own."""
    folders = user.get("PHP_INI_SCAN_DIR", "").split(os.pathsep)
    if around.php_ini is None or str(around.php_ini) in folders:
        return {}
    return {"PHP_INI_SCAN_DIR": os.pathsep.join((*folders, str(around.php_ini)))}


TRUST_STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default: it guards public certificates from typing slips
"""Password of the Java trust store; there is no secret in it."""


def _ours(around: Surroundings) -> dict[str, str]:
    told = (around.proxy_url, ",".join(around.hosts), around.control_url, around.control_token)
    secrets = {secret_variable(pack): secret for pack, secret in around.webhook_secrets.items()}
    return secrets | {name: value for name, value in zip(_OURS, told, strict=True) if value}


def secret_variable(pack: str) -> str:
    """Name the variable with a pack's webhook secret: `REPLAYSANDBOX_WEBHOOK_SECRET_AMPS`."""
    return "REPLAYSANDBOX_WEBHOOK_SECRET_" + re.sub(r"[^A-Z0-9]", "_", pack.upper())


def _path(path: str, off: Iterable[str]) -> str:
    unwanted = {os.path.normpath(folder) for folder in off}
    kept = [part for part in path.split(os.pathsep) if not part or os.path.normpath(part) not in unwanted]
    return os.pathsep.join(kept)


def _joined(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)


def _quoted(word: str) -> str:
    """Quote for `NODE_OPTIONS` and `JAVA_TOOL_OPTIONS`, which both split at blanks and know double quotes."""
    return f'"{word}"' if " " in word else word
