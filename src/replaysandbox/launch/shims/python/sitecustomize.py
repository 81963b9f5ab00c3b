"""Runs at the start of each Python of the child: aiohttp, alone among the clients, looks at no proxy unasked.

The pytest plugin runs it in a process that has begun before, by its path: then aiohttp may be there already.

Plain old Python on purpose (3.6 and later): it runs in the app's interpreter, not in ours, and at each
start, so it imports next to nothing. Any failure of its own stays silent: the app must run as it would
without it.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"
# ruff: noqa: BLE001, N807, PTH100, PTH120, S110

import os
import sys

_PATIENT = "aiohttp.client"


class _Finder:
    """Finds nothing itself: lets the others find aiohttp's client, and changes it once it is loaded."""

    def find_spec(self, name, path=None, target=None):
        """Give the spec of aiohttp's client as the other finders do, its loader's last step extended."""
        if name != _PATIENT:
            return None
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            spec = find_spec(name, path, target) if find_spec and finder is not self else None
            if spec is not None:
                _extend(spec.loader)
                return spec
        return None


def _extend(loader):
    try:
        original = loader.exec_module

        def exec_module(module):
            original(module)
            _trust_environment(module)

        loader.exec_module = exec_module
    except Exception:
        pass


def _trust_environment(module):
    """Have each session read the proxy of the environment, whatever it was told."""
    try:
        import functools

        original = module.ClientSession.__init__

        @functools.wraps(original)
        def __init__(self, *args, **kwargs):
            kwargs["trust_env"] = True
            original(self, *args, **kwargs)

        module.ClientSession.__init__ = __init__
    except Exception:
        pass


def _sleep_by_select():
    """Sleep as Python before 3.11 did: libfaketime 0.9.10 (`--app-clock`) refuses the way of later ones."""
    import select
    import time

    def sleep(seconds):
        """Wait some seconds."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        select.select([], [], [], seconds)

    time.sleep = sleep  # noqa: TID251 - the app's own


def _run_shadowed():
    """Run the `sitecustomize` that this one stands in front of, as Python would have."""
    import importlib.machinery
    import importlib.util

    # Two installations of ours on one path would find each other for ever: pass over all that have run.
    passed = sys.__dict__.setdefault("_replaysandbox_shims", [])
    passed.append(os.path.realpath(os.path.dirname(os.path.abspath(__file__))))
    places = [place for place in sys.path if os.path.realpath(place or os.curdir) not in passed]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", places)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def _trust_our_ca():
    """Let aiohttp's own contexts, made at its import, trust what the environment says now."""
    try:
        connector = sys.modules["aiohttp.connector"]
        for name in ("_SSL_CONTEXT_VERIFIED", "_SSL_CONTEXT_UNVERIFIED"):
            getattr(connector, name).load_verify_locations(os.environ["SSL_CERT_FILE"])
    except Exception:
        pass


if os.environ.get("REPLAYSANDBOX_PROXY"):
    if _PATIENT in sys.modules:
        _trust_environment(sys.modules[_PATIENT])
        _trust_our_ca()
    elif not sys.__dict__.setdefault("_replaysandbox_finders", []):  # two would ask each other for ever
        sys.__dict__["_replaysandbox_finders"].append(_PATIENT)
        sys.meta_path.insert(0, _Finder())
    if "faketime" in os.environ.get("LD_PRELOAD", ""):
        _sleep_by_select()
if __name__ == "sitecustomize":
    _run_shadowed()
