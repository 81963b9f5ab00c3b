"""Record-and-replay HTTP mock proxy for energy-device APIs.

Importing this imports next to nothing: no mitmproxy, no YAML, no numpy. `Sandbox` is fetched when it is first
named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from replaysandbox.launch.sandbox import Sandbox

__version__ = "0.1.0"

__all__ = ["Sandbox", "__version__"]


def __getattr__(name: str) -> object:
    """Fetch `Sandbox` from its room when it is first asked for (PEP 562)."""
    if name == "Sandbox":
        return import_module("replaysandbox.launch.sandbox").Sandbox
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
