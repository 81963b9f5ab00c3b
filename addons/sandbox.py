"""The sandbox in your own mitmproxy: `mitmweb -s addons/sandbox.py`. Settings as always: replaysandbox.yaml, variables.

The file must not be called replaysandbox.py: mitmproxy puts its folder first on sys.path, where it would hide the
package.
"""

import os
from pathlib import Path

from replaysandbox.files.settings import load_settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.parent_proxy import parent_proxy
from replaysandbox.launch.wall import wall_clock
from replaysandbox.proxy.own_mitmproxy import OwnMitmproxy

engine = Engine.load(load_settings({}, os.environ, Path.cwd()), wall_clock())
addons = [OwnMitmproxy(engine, parent_proxy(os.environ).url_for)]
