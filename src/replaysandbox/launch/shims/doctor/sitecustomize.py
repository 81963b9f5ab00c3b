"""Runs at the start of each Python under `doctor -- COMMAND`: notes connections, and which settings they were made by.

Plain old Python (3.8 and later) in the app's own interpreter. Any failure of its own stays silent. It then runs the
`sitecustomize` that it stands in front of, which is the one of `run`.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: BLE001, PTH100, PTH120, S110, SLF001

import os
import sys

_FILE = os.environ.get("REPLAYSANDBOX_DOCTOR", "")
_NAMES = (
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
_MOST_FRAMES = 120
_begun = {name: os.environ.get(name) for name in _NAMES}
_said = set()  # type: ignore[var-annotated] # annotations would cost old Pythons


def _say(told):
    try:
        import json

        told.update(pid=os.getpid(), argv=list(getattr(sys, "orig_argv", sys.argv))[:3])
        line = json.dumps(told, sort_keys=True)
        if line in _said or len(_said) > 500:
            return
        _said.add(line)
        descriptor = os.open(_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
        finally:
            os.close(descriptor)
    except Exception:
        pass


def _say_variables():
    changed = {name: os.environ.get(name) for name in _NAMES if os.environ.get(name) != _begun[name]}
    if changed:
        _say({"event": "variables", "changed": changed})


def _look_at(frame, told):
    """Find, among the callers, a client that was told to leave the environment alone, or whom to trust."""
    for _ in range(_MOST_FRAMES):
        if frame is None:
            return
        names = frame.f_locals
        own = getattr(names.get("self"), "__dict__", None) or {}
        for name in ("trust_env", "_trust_env"):
            if own.get(name) is False:
                told["trust_env"] = False
                told["library"] = type(names["self"]).__module__.partition(".")[0]
        for place in (names, own):
            verify = place.get("verify")
            if isinstance(verify, (str, os.PathLike)):
                told["verify"] = os.fspath(verify)
        frame = frame.f_back


def _hook(event, args):
    if event not in ("socket.connect", "socket.getaddrinfo"):
        return
    try:
        # Where a name cannot be found (no network), no connection follows: then the look-up is all there is to see.
        address = args[1] if event == "socket.connect" else args[:2]
        if not isinstance(address, tuple):
            return
        kind = "connect" if event == "socket.connect" else "lookup"
        host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
        told = {"event": kind, "host": host, "port": int(address[1])}
        _look_at(sys._getframe(1), told)
        _say(told)
        _say_variables()
    except Exception:
        pass


def _run_shadowed():
    import importlib.machinery
    import importlib.util

    passed = sys.__dict__.setdefault("_replaysandbox_shims", [])
    passed.append(os.path.realpath(os.path.dirname(os.path.abspath(__file__))))
    places = [place for place in sys.path if os.path.realpath(place or os.curdir) not in passed]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", places)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if _FILE:
    import atexit

    sys.addaudithook(_hook)
    atexit.register(_say_variables)
_run_shadowed()
