from replaysandbox.core.errors import Problem, SandboxError


def test_problem_names_file_line_key_reason_and_hint() -> None:
    problem = Problem("pack.yaml", 7, "routes.0.family", "'batery' is not a family", "did you mean 'battery'?")
    assert str(problem) == (
        "pack.yaml:7: [routes.0.family] 'batery' is not a family\n    hint: did you mean 'battery'?"
    )


def test_problem_without_line_or_key_says_only_what_it_has() -> None:
    assert str(Problem("--homes", 0, "", "is not a number")) == "--homes: is not a number"


def test_error_tells_all_problems_in_the_order_of_the_file() -> None:
    error = SandboxError([Problem("b", 2, "", "second"), Problem("a", 9, "", "first"), Problem("b", 10, "", "third")])
    assert str(error).splitlines() == ["a:9: first", "b:2: second", "b:10: third"]


def test_error_takes_one_problem_as_it_is() -> None:
    assert SandboxError(Problem("a", 1, "", "x")).problems == (Problem("a", 1, "", "x"),)


def test_of_thousands_of_problems_the_first_are_told() -> None:
    error = SandboxError([Problem("a.yaml", line, "", "is wrong") for line in range(5000)])
    assert len(error.problems) == 50
    assert str(error).endswith("… and 4950 more")
