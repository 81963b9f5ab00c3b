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
    assert "'not_cancellable' is missing" in found
