"""A fault in words, as the request header, the command line and magic credentials say it.

`X-Sandbox-Fault: status=503`, `slow; delay=2`, `rate_limit; retry_after=30, slow; delay=1`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from replaysandbox.core.errors import Problem
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_json import SELECTORS, rule_from_json
from replaysandbox.faults.table import FAULTS

LONGEST_HEADER = 1_000
"""Longest header that is read. Ours. [characters]"""

MOST_IN_A_HEADER = 4
"""Faults in one header. Ours."""

_WORD = re.compile(r'\s*([a-z_]+)(?:=(?:"([^"]*)"|([^",;]*)))?\s*([,;]|\Z)')
_MAGIC = re.compile(r"(?:^|[_-])fault_(.+)")
_ARGUMENTS = {argument.name: argument for fault in FAULTS.values() for argument in fault.arguments}
_KINDS = {argument.name: argument.kind for argument in (*SELECTORS.values(), *_ARGUMENTS.values())}


def data_from_words(words: Sequence[str]) -> dict[str, Any] | BadFault:
    """Turn words into the object that `rule_from_json` reads.

    Args:
        words: `rate_limit`, `retry_after=30`, `route=GET /battery/{id}`, …: at most one name of a fault, and
            `key=value`. The unit at a key's end may be left out.

    Returns:
        The object, numbers read where the key takes one; or which word is said twice.
    """
    data: dict[str, Any] = {}
    for word in words:
        name, is_pair, text = word.partition("=")
        key = _full(name.strip()) if is_pair else "fault"
        if key in data:
            reason = f"{word[:60]!r} comes on top of {str(data[key])[:60]!r}"
            return BadFault((Problem("fault", 0, key, reason, "two faults are parted by a comma, or are two rules"),))
        data[key] = _value(key, text.strip()) if is_pair else name.strip()
    return data


def rules_from_header(text: str) -> tuple[FaultRule, ...] | BadFault:
    """Read `X-Sandbox-Fault`: rules for this one request, with ids `header-1`, …

    Args:
        text: Faults parted by commas; in each, words parted by semicolons; a value with either in it in quotes. Of
            what narrows a rule, only `probability` means anything here.
    """
    faults = _split(text)
    if faults is None:
        reason = f"X-Sandbox-Fault is {text[:60]!r}"
        return BadFault((Problem("X-Sandbox-Fault", 0, "", reason, "it takes e.g. status=503, or slow; delay=2"),))
    rules: list[FaultRule] = []
    for number, words in enumerate(faults, 1):
        rule = _asked(words, f"header-{number}")
        if isinstance(rule, BadFault):
            return rule
        rules.append(rule)
    return tuple(rules)


def rule_from_credential(credential: str) -> FaultRule | BadFault | None:
    """Read a magic credential: one in which `fault_` and the name of a fault begin a part of their own.

    Args:
        credential: `sk_test_fault_hang_up`, `sk_test_fault_status_503`, `sk_test_fault_slow_2`: for apps of which
            nothing but their key can be set. The name may be followed by the fault's main argument.

    Returns:
        The rule, with id `credential`; None where nothing of the kind is in it.
    """
    found = _MAGIC.search(credential)
    if found is None:
        return None
    rest = found[1]
    names = [name for name in FAULTS if rest == name or rest.startswith(f"{name}_")]
    name = max(names, key=len, default=rest)
    value = rest[len(name) + 1 :]
    words = [name]
    if value:
        words.append(f"{FAULTS[name].main or 'value'}={value}")
    return _asked(words, "credential")


def _asked(words: Sequence[str], rule_id: str) -> FaultRule | BadFault:
    data = data_from_words(words)
    return data if isinstance(data, BadFault) else rule_from_json(data, rule_id, selectors=("probability",))


def _split(text: str) -> list[list[str]] | None:
    """Split a header into faults and their words; None where it is not of this form."""
    if len(text) > LONGEST_HEADER:
        return None
    faults: list[list[str]] = [[]]
    place, mark = 0, ","
    while mark:
        found = _WORD.match(text, place)
        if found is None:
            return None
        key, quoted, bare, mark = found.groups()
        value = bare if quoted is None else quoted
        faults[-1].append(key if value is None else f"{key}={value.strip()}")
        place = found.end()
        if mark == ",":
            faults.append([])
    return faults if len(faults) <= MOST_IN_A_HEADER else None


def _full(key: str) -> str:
    """Give a key its unit where it was left out."""
    return key if key in _KINDS or f"{key}_s" not in _KINDS else f"{key}_s"


def _value(key: str, text: str) -> str | int | float:
    """Read a number where the key takes one; what is no number is left as it is, to be told as wrong."""
    kind = _KINDS.get(key, "text")
    if not text.isascii() or len(text) > 30:
        return text
    if kind in ("whole", "number", "home") and text.isdigit():
        return int(text)
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text
