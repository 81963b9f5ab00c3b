"""Regular expressions as ECMAScript reads them, where ours would stumble."""

from __future__ import annotations

import re
from typing import Final

_PART: Final = re.compile(
    r"\\[pPux]\{[^}]*\}"  # \p{Letter}, \u{1F600}
    r"|\\k<[^>]*>"
    r"|\\."
    r"|\{\d+(?:,\d*)?\}"  # a count
    r"|[{}]",
    re.DOTALL,
)


def literal_braces(pattern: str) -> str:
    r"""Write braces that count nothing as what they are: `{[0-9]+}` → `\{[0-9]+\}`.

    Source:
        ECMA-262, annex B.1.2: outside of the mode `u`, a brace that begins no count stands for itself. Contracts were
        tried with JavaScript; without this one such pattern would refuse a whole contract.
    """
    return _PART.sub(lambda found: f"\\{found[0]}" if found[0] in "{}" else found[0], pattern)
