from replaysandbox.check_capture import CaptureCheck, owners
from replaysandbox.conformance import Seen
from replaysandbox.core.finding import Place
from tests.unit.exercised import PACK, loaded

JSON = (("content-type", "application/json"),)


def test_each_exchange_is_held_to_the_contract_of_its_host() -> None:
    check = CaptureCheck(owners({"amps": PACK}), loaded().checkers, loaded().router)
    wrong = Seen("GET", PACK.hosts[0], "/battery/x", "", (), b"", 200, JSON, b"{}")
    for seen in (wrong, wrong, Seen("GET", "other.test", "/", "", (), b"", 200, (), b"")):
        check.take(seen, Place("c.jsonl", 2))
    check.take(Seen("GET", PACK.hosts[0], "/moon", "", (), b"", 200, JSON, b"{}"), Place())
    assert (check.exchanges, check.foreign, len(check.unknown)) == (4, 1, 1)
    assert {each.count for each in check.gathered.sorted()} == {2}
    assert check.gathered.sorted()[0].first.line == 2
