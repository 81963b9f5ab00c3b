"""`repro`: the smallest capture with which a command still fails for the same reason.

Decides only: which captures to try, and in which order. `launch` runs them and says which of them fail.
"""

from __future__ import annotations

from collections.abc import Callable

from replaysandbox.shrink.minimise import Shrinking
from replaysandbox.shrink.pieces import Pieces
from replaysandbox.shrink.stages import STAGES


def shrink(start: Pieces, begins: Callable[[str], None]) -> Shrinking[Pieces, Pieces]:
    """Make a capture that fails smaller, until nothing more can be left out.

    Exchanges first, then lists, fields and values, and all of it again for as long as that helps: at first things
    of one name together, at last each by itself. The result is 1-minimal: no exchange, element, field or value
    more can be left out or made simpler alone.

    Args:
        start: What fails.
        begins: Told the name of each stage as it begins.
    """
    left, thorough = start, False
    while True:
        before = left
        for name, stage in STAGES:
            begins(name)
            left = yield from stage(left, thorough)
        if left is before and thorough:
            return left
        thorough = left is before
