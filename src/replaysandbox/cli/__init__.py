"""The command line: one short file per verb. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with its exit status."""
    from replaysandbox.cli.door import invoke

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that is not UTF-8, a file's name that is none
            stream.reconfigure(errors="backslashreplace")
    sys.exit(invoke(sys.argv[1:]))
