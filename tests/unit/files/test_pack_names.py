import pytest

from replaysandbox.files.pack_names import name_problems
from replaysandbox.files.yaml_file import parse_yaml
from tests.unit.files.pack_text import PACK, TEMPLATES


def problems(text: str) -> list[str]:
    return [str(each) for each in name_problems(parse_yaml(text, "pack.yaml"), TEMPLATES)]


def test_a_good_pack_has_no_problem() -> None:
    assert problems(PACK) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    device_offline: {status: 503, message: gone}\n", "", "the error 'device_offline' is missing"),
        ("template: error.json.j2", "template: eror.json.j2", "pack.yaml:11: [errors.template] there is no template"),
        ("offset: offset", "offset: ofset", "there is no integer parameter 'ofset'"),
        ("GET /things/{id}", "GET /things/{key}", "the operation 'read' needs the segment {id}"),
        ("GET /things/{id}", "GET /things/x{id}", "braces catch whole segments"),
        ("GET /things/{id}", "GET /{id}/{id}", "braces catch whole segments"),
        ("GET /things/{id}", "GET /things", "repeats the route of line 19"),
        ("    template: one.json.j2\n", "", "the operation 'read' needs the key 'template'"),
        ("operation: read", "operation: push", "there are no controls for the family 'battery'"),
        ("operation: read", "operation: refuse", "the operation 'refuse' needs the key 'error'"),
        ("hosts:", "keys: [{begins: [x], error: gon}]\nhosts:", "there is no error 'gon'"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(old: str, new: str, says: str) -> None:
    assert old in PACK
    found = problems(PACK.replace(old, new))
    assert any(says in each for each in found), found


def test_an_operation_asks_for_its_errors() -> None:
    found = "\n".join(problems(PACK.replace("operation: read", "operation: cancel")))
    assert "'action_not_found' is missing" in found
    assert "'not_cancellable' is missing, which GET /things/{id} (cancel) needs" in found
    assert "not_cancellable: {status: …, message: …}; its message may name {stage}" in found


def test_what_a_message_names_in_braces_has_to_be_known() -> None:
    found = problems(PACK.replace("message: gone", 'message: "gone {devise}", details: {id: devise}'))
    assert [each.partition("\n")[0].partition("] ")[2] for each in found] == ["there is no fact 'devise'"] * 2
    assert all("did you mean 'device'?" in each for each in found)


SETTINGS = """controls:
  battery:
    settings: {floor: {unit: percent}, fixed: {unit: percent, read_only: true}}
"""
SET = PACK.replace("routes:", f"{SETTINGS}routes:").replace(
    "    operation: read\n", "    operation: set\n    values: {floor: percent}\n"
)


def test_a_route_that_names_its_settings_needs_no_error_for_others() -> None:
    missing = {each.split("'")[1] for each in problems(SET) if "is missing" in each}
    assert missing == {"bad_body", "parameter_out_of_range"}
    found = problems(SET.replace("    values: {floor: percent}\n", ""))
    assert any("'unsupported_setting' is missing" in each for each in found)
    found = problems(SET.replace("{floor: percent}", "{fixed: percent}"))
    assert any("there is no setting to write 'fixed'" in each for each in found)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("only: {thing: [a]}", "there is no path argument 'thing'"),
        ("selects: {home: site}", "there is no path argument 'site'"),
        ('several: ","', "several are homes"),
        ("refuses: [{error: device_not_found, when: {path.thing: [a]}}]", "there is no path argument 'thing'"),
        ("refuses: [{error: bad_mode, unless: {path.id: [a]}}]", "there is no error 'bad_mode'"),
    ],
)
def test_a_key_of_a_route_must_fit_the_route(key: str, says: str) -> None:
    found = problems(PACK.replace("    operation: read\n", f"    operation: read\n    {key}\n"))
    assert any(says in each for each in found), found


def test_a_command_that_the_path_says_has_to_be_a_part_of_it() -> None:
    controls = "controls:\n  battery:\n    commands: {go: {does: charge, execution: [immediate]}}\n"
    text = PACK.replace("routes:", f"{controls}routes:").replace(
        "operation: read\n", 'operation: command\n    command: "{mode}"\n'
    )
    assert any("there is no part of the path '{mode}'" in each for each in problems(text))
    assert not any("'{mode}'" in each for each in problems(text.replace("/things/{id}", "/things/{id}/{mode}")))
