"""The command line: one short file per verb. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with its exit status."""
    from replaysandbox.cli.door import invoke

    sys.exit(invoke(sys.argv[1:]))
