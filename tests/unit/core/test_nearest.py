from replaysandbox.core.nearest import nearest, nearest_and_all


def test_the_nearest_word_or_all() -> None:
    assert nearest("batery", ["battery", "vehicle"]) == "did you mean 'battery'?"
    assert nearest("zzz", ["b", "a"]) == "known: a, b"


def test_all_are_told_beside_the_nearest() -> None:
    assert nearest_and_all("batery", ["vehicle", "battery"]) == "did you mean 'battery'? known: battery, vehicle"
    assert nearest_and_all("zzz", ["b", "a"]) == "known: a, b"
    assert nearest_and_all("x", []) == "known: none"
