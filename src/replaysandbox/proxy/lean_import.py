"""mitmproxy's Master without the thirty addons that its package imports along: 0.6 s instead of 1.0."""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import mitmproxy

_ADDONS = "mitmproxy.addons"


def _stand_in() -> ModuleType:
    """Make a package of the same place whose own code does not run: single addons can still be imported."""
    folder = str(Path(mitmproxy.__file__).parent / "addons")
    package = ModuleType(_ADDONS)
    package.__path__ = [folder]
    package.__spec__ = ModuleSpec(_ADDONS, None, is_package=True)
    package.__spec__.submodule_search_locations = [folder]
    return package


_ours = None if _ADDONS in sys.modules else _stand_in()
if _ours is not None:
    sys.modules[_ADDONS] = _ours
try:
    with warnings.catch_warnings():
        # mitmproxy calls pyparsing by names that newer ones deprecate; nobody here could mend that
        warnings.simplefilter("ignore", DeprecationWarning)
        from mitmproxy.addonmanager import AddonManager
        from mitmproxy.master import Master
finally:
    if _ours is not None:
        # Whoever asks for it later gets the real one.
        del sys.modules[_ADDONS]

__all__ = ["AddonManager", "Master"]
