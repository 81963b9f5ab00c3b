from replaysandbox.check import make_checker
from replaysandbox.conformance import Held
from replaysandbox.core.contract import Violation
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.core.finding import Gathered, Place
from replaysandbox.findings import Tried, note, untried_statuses, verdicts

DOCUMENT = {"paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {}, "4XX": {}, "500": {}}}}}}
CHECKER = make_checker(compile_contract(DOCUMENT, "a.yaml"))


def test_sides_are_told_apart_guesses_are_no_more_than_risky_and_what_was_tried_is_counted() -> None:
    gathered, tried = Gathered(), Tried()
    operation = CHECKER.contract.operations[0]
    bad = Violation("a", 200, "/x/3", "is wrong", "/paths/~1a/get", guess=True)
    for _ in range(2):
        note(gathered, tried, CHECKER, "p", Held(operation, (Violation("a", 0, "", "no body"),), (bad,)), 200, Place())
    note(gathered, tried, CHECKER, "p", Held(operation), 404, Place())
    note(gathered, tried, CHECKER, "p", Held(None), 200, Place())
    told = [(each.rule, each.grade, each.pointer, each.count) for each in gathered.sorted()]
    assert told == [("request", "breaking", "", 2), ("response", "risky", "/x/*", 2)]
    assert [(each.verdict, each.exchanges) for each in verdicts(tried, {"p": CHECKER})] == [("broken", 3)]
    assert untried_statuses(tried, "p", CHECKER) == ["a 500"]


def test_an_operation_that_only_refused_has_not_kept_its_promise() -> None:
    tried = Tried()
    operation = CHECKER.contract.operations[0]
    note(Gathered(), tried, CHECKER, "p", Held(operation), 404, Place())
    assert [each.verdict for each in verdicts(tried, {"p": CHECKER})] == ["only refused"]
    note(Gathered(), tried, CHECKER, "p", Held(operation), 200, Place(), refused=True)  # an error inside a 200
    assert [each.verdict for each in verdicts(tried, {"p": CHECKER})] == ["only refused"]
    note(Gathered(), tried, CHECKER, "p", Held(operation), 200, Place())
    assert [each.verdict for each in verdicts(tried, {"p": CHECKER})] == ["kept"]
    never = {"paths": {"/a": {"post": {"operationId": "a", "responses": {"422": {}}}}}}
    refusing = make_checker(compile_contract(never, "a.yaml"))
    tried = Tried()
    note(Gathered(), tried, refusing, "p", Held(refusing.contract.operations[0]), 422, Place())
    assert [each.verdict for each in verdicts(tried, {"p": refusing})] == ["kept"]


def test_webhooks_are_judged_where_it_is_asked_for() -> None:
    told = {"openapi": "3.1.0", "webhooks": {"done": {"post": {"operationId": "w", "responses": {"2XX": {}}}}}}
    checker = make_checker(compile_contract(told, "a.yaml"))
    assert list(verdicts(Tried(), {"p": checker})) == []
    assert [each.verdict for each in verdicts(Tried(), {"p": checker}, webhooks=True)] == ["not exercised"]
