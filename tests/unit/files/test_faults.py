from replaysandbox.files.faults import read_faults
from replaysandbox.files.schema_check import format_problems
from replaysandbox.files.yaml_file import parse_yaml

GOOD = """faults:
  - {route: "GET /battery/{id}", vendor: FoxESS, status: 429, retry_after_s: 30, times: 2}
  - fault: offline
    home: alice
    from: 2026-06-01T12:00:00Z
    until: 2026-06-01T13:00:00Z
"""


def test_a_list_of_faults() -> None:
    rules, problems = read_faults(parse_yaml(GOOD, "s.yaml"))
    assert problems == []
    assert [(rule.id, rule.name) for rule in rules] == [("scenario-1", "rate_limit"), ("scenario-2", "offline")]


def test_no_list_is_no_fault() -> None:
    assert read_faults(parse_yaml("title: t\n", "s.yaml")) == ((), [])


def test_every_problem_has_its_line_and_key() -> None:
    text = GOOD.replace("status: 429", "status: 200").replace("home: alice", "times: 2") + "  - {times: 1}\n"
    rules, problems = read_faults(parse_yaml(text, "s.yaml"))
    assert rules == ()
    assert [(problem.file, problem.line, problem.key) for problem in problems] == [
        ("s.yaml", 2, "faults.0.status"),
        ("s.yaml", 4, "faults.1.times"),
        ("s.yaml", 7, "faults.2"),
    ]


def test_the_schema_tells_of_a_wrong_key_with_its_line() -> None:
    document = parse_yaml("status: 503\ntime: 1\n", "f.yaml")
    assert [(problem.line, problem.hint) for problem in format_problems(document, "fault")] == [
        (2, "did you mean 'times'?")
    ]
