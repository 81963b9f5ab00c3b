"""A pack against its own contract: what it answers, what it lets pass, what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from replaysandbox.answer import Loaded
from replaysandbox.asking.events import messages
from replaysandbox.check import Checker, text_violations
from replaysandbox.conformance import Held, hold, hold_webhook
from replaysandbox.core.contract import ContractOperation, Violation, response_place
from replaysandbox.core.contract_compile import path_alone
from replaysandbox.core.finding import Finding, Gathered, Place
from replaysandbox.core.pack import Pack, Route
from replaysandbox.core.webhooks import Message
from replaysandbox.exercise import Exercise, Told
from replaysandbox.findings import Tried, note
from replaysandbox.operations.oauth import OAUTH_ERROR_TEMPLATE, OAUTH_ERRORS


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
    unworded: dict[str, Finding] = {}
    exercise = Exercise(loaded, pack)
    for told in exercise.all(instants, homes):
        asked += 1
        place = _place(pack, told, scenario)
        held = _answered(hold(checker, told.seen), told)
        operation = held.operation
        if operation is not None and _undescribed(operation, told):
            held = replace(held, response=())
            gathered.add(_not_spoken_of(pack, operation.name, told, place))
        if held.response and operation is not None and _unworded(pack, told):
            unworded.setdefault(told.refused, _not_rfc(pack, operation.name, told, place))
            tried.broken.add((pack.name, operation.name))
            held = replace(held, response=())
        note(gathered, tried, checker, pack.name, held, told.seen.status, place, refused=bool(told.refused))
        if told.forbidden and not told.refused and told.seen.status < 400 and operation is not None:
            gathered.add(_accepted(checker, pack, operation, told, place))
    if unworded:
        gathered.add(_all_unworded(unworded))
    for message in messages(loaded, pack, exercise.session, instants[-1]):
        asked += 1
        about = f"webhook {message.event} ({scenario})"
        place = Place(f"{pack.folder}/pack.yaml", 1, about, message.at.isoformat().replace("+00:00", "Z"))
        note(gathered, tried, checker, pack.name, _told(checker, message), 200, place)
    return asked


def _answered(held: Held, told: Told) -> Held:
    """Leave out what the request breaks, which is meant; where the sandbox itself failed say that and nothing else."""
    if held.operation is None or not told.failed:
        return replace(held, request=())
    reason = f"the sandbox could not answer: {told.failed}"[:400]
    failed = Violation(held.operation.name, told.seen.status, "", reason, held.operation.place, "an answer")
    return Held(held.operation, (), (failed,))


def _told(checker: Checker, message: Message) -> Held:
    held = hold_webhook(checker, message.event, message.body)
    if held.operation is None or not message.problem:
        return held
    return replace(held, response=(Violation(held.operation.name, 0, "", message.problem, held.operation.place),))


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


def _not_spoken_of(pack: Pack, operation: str, told: Told, place: Place) -> Finding:
    reason = f"a wrong request is refused with {told.seen.status}, of which the contract does not speak"
    return Finding("undescribed", "harmless", pack.name, operation, reason, status=told.seen.status, first=place)


def _unworded(pack: Pack, told: Told) -> bool:
    """Tell whether an answer is one that RFC 6749 words, since the pack does not."""
    route = next((each for each in pack.routes if each.name == told.route), None)
    error = (route.errors if route else {}).get(told.refused) or pack.errors.get(told.refused)
    return error is not None and told.refused in OAUTH_ERRORS and error.template == OAUTH_ERROR_TEMPLATE


def _not_rfc(pack: Pack, operation: str, told: Told, place: Place) -> Finding:
    return Finding("response", "breaking", pack.name, operation, "", status=told.seen.status, first=place)


def _all_unworded(found: Mapping[str, Finding]) -> Finding:
    """Say once what is wrong with all answers that RFC 6749 words: not what each lacks of the API's own shape."""
    names = ", ".join(f"errors.answers.{name}" for name in sorted(found))
    reason = f"these answers are RFC 6749's, which the contract does not take; write {names}"
    return replace(next(iter(found.values())), reason=reason, expected="errors.answers")


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
    """Find operations and webhooks that the pack lacks, and routes and events of the pack that the contract lacks."""
    operations = {
        (operation.method, _anonymous(path)): (operation, path)
        for operation in checker.contract.calls
        if operation.path.startswith("/")
        for path in (prefix + path_alone(operation.path) for prefix in operation.prefixes)
    }
    routes = {(route.method, _anonymous(route.path)): route for route in pack.routes}
    written = {
        key: {each for each, (operation, path) in operations.items() if _takes(checker, operation, path, route)}
        for key, route in routes.items()
        if key not in operations
    }
    answered = routes.keys() | set().union(*written.values())
    file = Place(f"{pack.folder}/pack.yaml", 1)
    for key, (operation, _) in operations.items():
        if key not in answered:
            where = checker.contract.where(operation.place)
            reason = f"no route answers {operation.method} {operation.path}"
            yield Finding("unanswered", "risky", pack.name, operation.name, reason, where=where, first=file)
    for key, route in routes.items():
        if key not in operations and not written[key]:
            yield Finding("uncovered", "risky", pack.name, route.name, _uncovered(route), first=file)
    yield from _untold(checker, pack, file)


def _untold(checker: Checker, pack: Pack, file: Place) -> Iterator[Finding]:
    """Find webhooks of the contract that the pack does not tell, and events of the pack the contract does not have."""
    promised = {each.path.removeprefix("webhook:"): each for each in checker.contract.webhooks}
    several = pack.webhooks.events.values() if pack.webhooks else ()
    told = list(dict.fromkeys(event.name for events in several for event in events))
    for name, operation in promised.items():
        if name not in told:
            where, reason = checker.contract.where(operation.place), f"no event of the pack tells the webhook {name}"
            yield Finding("unanswered", "risky", pack.name, operation.name, reason, where=where, first=file)
    for name in told:
        if name not in promised:
            reason = f"the contract has no webhook {name}"
            yield Finding("uncovered", "risky", pack.name, f"webhook {name}", reason, first=file)


def _uncovered(route: Route) -> str:
    return f"no operation of the contract covers the route {route.name}"


def _takes(checker: Checker, operation: ContractOperation, path: str, route: Route) -> bool:
    """Tell whether a route is an operation of which it writes out words that the contract has as parameters."""
    theirs, ours = path.rstrip("/").split("/"), route.path.rstrip("/").split("/")
    if operation.method != route.method or len(theirs) != len(ours):
        return False
    return all(
        _anonymous(their) == _anonymous(our) or ("{" not in our and _takes_word(checker, operation, their, our))
        for their, our in zip(theirs, ours, strict=True)
    )


def _takes_word(checker: Checker, operation: ContractOperation, part: str, word: str) -> bool:
    """Tell whether a part of a path is a parameter that may be this word."""
    if not (part.startswith("{") and part.endswith("}")):
        return False
    schemas = [each.schema for each in operation.parameters if (each.place, each.name) == ("path", part[1:-1])]
    return not any(
        schema and list(text_violations(checker, checker.requests, operation.name, 0, schema, (word,)))
        for schema in schemas
    )


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")
