import pytest

from replaysandbox.exercise import exercise
from tests.unit.exercised import INSTANTS, PACK, loaded


@pytest.mark.slow
def test_every_route_is_asked_reads_errors_and_forbidden_writes() -> None:
    told = list(exercise(loaded(), PACK, INSTANTS, 1))
    routes = {each.ask.about.partition(" at ")[0] for each in told}
    assert {route.name for route in PACK.routes if route.method == "GET" and "actions" not in route.path} <= routes
    statuses = {each.seen.status for each in told}
    assert {200, 202, 400, 401, 403, 404, 409, 422, 429, 500, 503} <= statuses
    forbidden = [each for each in told if each.forbidden]
    assert forbidden
    assert {each.seen.status for each in forbidden} <= {400, 401, 403, 404, 409, 422, 429, 500, 503}
