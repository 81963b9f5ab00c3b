"""A pack against its own contract: what it answers, what it lets pass, what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from replaysandbox.answer import Loaded
from replaysandbox.check import Checker
from replaysandbox.conformance import hold
from replaysandbox.core.contract import ContractOperation, response_place
from replaysandbox.core.contract_compile import path_alone
from replaysandbox.core.finding import Finding, Gathered, Place
from replaysandbox.core.pack import Pack, Route
from replaysandbox.exercise import Told, exercise
from replaysandbox.findings import Tried, note

_OWN = ("miss", "refused")


def hold_pack(
    loaded: Loaded,
    pack: Pack,
    instants: Sequence[datetime],
    homes: int,
    scenario: str,
    gathered: Gathered,
    tried: Tried,
) -> int:
    """Ask a pack all it can be asked in one scenario, and hold every answer to its contract.

    Args:
        loaded: Packs and world.
        pack: The pack; it has a contract.
        instants: Instants of the reads.
        homes: How many homes' devices are asked for.
        scenario: Name of the scenario, for people.
        gathered: Where findings are added.
        tried: Where it is noted what was looked at.

    Returns:
        How many questions were asked.
    """
    checker = loaded.checkers[pack.name]
    asked = 0
    for told in exercise(loaded, pack, instants, homes):
        asked += 1
        place = _place(pack, told, scenario)
        held = replace(hold(checker, told.seen), request=())
        operation = held.operation
        if operation is not None and _undescribed(operation, told):
            held = replace(held, response=())
            gathered.add(_untold(pack, operation.name, told, place))
        note(gathered, tried, checker, pack.name, held, told.seen.status, place)
        if told.forbidden and told.seen.status < 400 and operation is not None:
            gathered.add(_accepted(checker, pack, operation, told, place))
    return asked


def _place(pack: Pack, told: Told, scenario: str) -> Place:
    seen = told.seen
    path = f"{seen.path}?{seen.query}" if seen.query else seen.path
    exchange = f"{seen.method} {path} {seen.status} ({told.ask.about}; {scenario})"
    return Place(f"{pack.folder}/pack.yaml", 1, exchange, told.ask.at.isoformat().replace("+00:00", "Z"))


def _undescribed(operation: ContractOperation, told: Told) -> bool:
    """Tell whether a wrong request is refused with a status that the contract does not speak of.

    Source:
        OpenAPI 3.1.0, 4.8.16: "The documentation is not necessarily expected to cover all possible HTTP response codes
        because they may not be known in advance."
    """
    status = told.seen.status
    return (told.ask.wrong or bool(told.forbidden)) and 400 <= status < 500 and not response_place(operation, status)


def _untold(pack: Pack, operation: str, told: Told, place: Place) -> Finding:
    reason = f"a wrong request is refused with {told.seen.status}, of which the contract does not speak"
    return Finding("undescribed", "harmless", pack.name, operation, reason, status=told.seen.status, first=place)


def _accepted(checker: Checker, pack: Pack, operation: ContractOperation, told: Told, place: Place) -> Finding:
    return Finding(
        rule="accepted",
        grade="breaking",
        subject=pack.name,
        operation=operation.name,
        reason=f"accepts what the contract forbids: {told.forbidden[:200]}",
        status=told.seen.status,
        expected=told.forbidden.partition(":")[0],
        seen=str(told.seen.status),
        where=checker.contract.where(operation.place),
        first=place,
    )


def coverage(checker: Checker, pack: Pack) -> Iterator[Finding]:
    """Find operations that no route answers, and routes that no operation covers."""
    operations = {
        (operation.method, _anonymous(prefix + path_alone(operation.path))): operation
        for operation in checker.contract.calls
        if operation.path.startswith("/")
        for prefix in operation.prefixes
    }
    routes = {(route.method, _anonymous(route.path)): route for route in pack.routes}
    file = Place(f"{pack.folder}/pack.yaml", 1)
    for key, operation in operations.items():
        if key not in routes:
            where = checker.contract.where(operation.place)
            reason = f"no route answers {operation.method} {operation.path}"
            yield Finding("unanswered", "risky", pack.name, operation.name, reason, where=where, first=file)
    for key, route in routes.items():
        if key not in operations:
            yield Finding("uncovered", "risky", pack.name, route.name, _uncovered(route), first=file)


def _uncovered(route: Route) -> str:
    return f"no operation of the contract covers the route {route.name}"


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")
