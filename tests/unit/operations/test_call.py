from replaysandbox.operations.call import Done, Refusal


def test_done_writes_nothing_unless_it_says_so() -> None:
    assert (Done({}).log, Done({}).device) == (None, "")


def test_a_refusal_is_about_no_device_unless_it_says_so() -> None:
    assert Refusal("device_not_found", {}).device == ""
