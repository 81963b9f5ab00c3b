"""What the sandbox saw while a test ran, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MOST_SHOWN = 10
"""Calls that are told one by one. Ours."""

Exchange = Mapping[str, Any]


@dataclass(frozen=True)
class Remedies:
    """What a person can do about it.

    Attributes:
        node: The test, as pytest's command line takes it.
        replays: The capture that answered the test's calls, or empty.
    """

    node: str
    replays: str = ""


def found(exchanges: Iterable[Exchange], kinds: frozenset[str]) -> list[Exchange]:
    """Keep the exchanges with a finding of these kinds."""
    return [each for each in exchanges if kinds & _kinds(each)]


def _kinds(exchange: Exchange) -> set[str]:
    kinds = {"miss"} if exchange["verdict"] == "miss" else set()
    return kinds | ({"violation"} if exchange.get("violations") else set())


def message(exchanges: Sequence[Exchange], remedies: Remedies) -> str:
    """Say which calls of a test nothing answered or broke the contract, what came nearest, and what to do."""
    parts = []
    missed = [each for each in exchanges if each["verdict"] == "miss"]
    if missed:
        by = f"no exchange of {remedies.replays}" if remedies.replays else "no route"
        parts.append(f"{_calls(missed)} answered by {by}:")
        parts += _each(missed, _near)
        parts.append(_remedy(remedies))
    broken = [each for each in exchanges if each.get("violations")]
    if broken:
        parts.append(f"{_calls(broken)} against the API's contract:")
        parts += _each(broken, _violations)
        parts.append(
            "  To mend it: send what the contract asks for; where the sandbox's own answer is wrong, its pack."
        )
    parts.append("  Where the test means it: @pytest.mark.sandbox(fail_on='none'), or --sandbox-fail-on none.")
    return "\n".join(parts)


def _calls(exchanges: Sequence[Exchange]) -> str:
    return "1 call was" if len(exchanges) == 1 else f"{len(exchanges)} calls were"


def _each(exchanges: Sequence[Exchange], told: Any) -> list[str]:
    lines: list[str] = []
    for each in exchanges[:MOST_SHOWN]:
        lines += [f"  {each['method']} {each['url']}", *(f"    {line}" for line in told(each))]
    more = len(exchanges) - MOST_SHOWN
    return [*lines, f"  … and {more} more"] if more > 0 else lines


def _near(exchange: Exchange) -> list[str]:
    near = [f"nearest: {each['route']} ({each['pack']}): {each['part']}: {each['reason']}" for each in exchange["near"]]
    return near or ["nearest: none"]


def _violations(exchange: Exchange) -> list[str]:
    return [_violation(each) for each in exchange["violations"]]


def _violation(violation: Mapping[str, Any]) -> str:
    where = " ".join(str(violation[name]) for name in ("side", "pointer") if violation.get(name))
    return f"{where}: {violation['message']}" if where else str(violation["message"])


def _remedy(remedies: Remedies) -> str:
    if remedies.replays:
        return (
            "  To mend it: make the call as it was recorded, or record what is new from the live API:\n"
            f"    pytest --sandbox-record new_episodes '{remedies.node}'"
        )
    return "  To mend it: correct the call, or teach the pack this route (replaysandbox pack list says where it is)."


def listing(exchanges: Sequence[Exchange]) -> str:
    """List a test's calls, a line each: status, call, what answered."""
    if not exchanges:
        return "no calls reached the sandbox"
    lines = [f"{each['status'] or '---'} {each['method']} {each['url']}  ({_by(each)})" for each in exchanges]
    left_out = len(lines) - 3 * MOST_SHOWN
    return "\n".join([f"… {left_out} calls before", *lines[left_out:]] if left_out > 0 else lines)


def _by(exchange: Exchange) -> str:
    fault = f"fault {exchange['fault']}" if exchange.get("fault") else ""
    words = ", ".join(word for word in (exchange["verdict"], exchange.get("route") or "", fault) if word)
    if exchange["verdict"] == "refused" and not exchange.get("pack"):
        host = urlsplit(exchange["url"]).hostname
        words += f": no loaded pack imitates {host}; to let it through: `pass: [{host}]` in replaysandbox.yaml"
    return words
