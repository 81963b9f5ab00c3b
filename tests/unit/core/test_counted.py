from replaysandbox.core.counted import many


def test_one_is_one() -> None:
    assert [many(count, "call") for count in (0, 1, 2, 1204)] == ["0 calls", "1 call", "2 calls", "1,204 calls"]
