from replaysandbox.core.nearest import nearest


def test_the_nearest_word_or_all() -> None:
    assert nearest("batery", ["battery", "vehicle"]) == "did you mean 'battery'?"
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
