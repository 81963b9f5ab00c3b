from replaysandbox.scaffold.making import LARGEST, Maker, Where
from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.tree import Loop


def make(schema: object, **more: object) -> object:
    document = {"s": schema, "components": {"schemas": {"Node": NODE}}}
    return Maker(document, **more).make("/s")  # type: ignore[arg-type] # each test gives what it needs


NODE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}},
}


def test_all_that_may_be_there_is_made_and_examples_are_taken() -> None:
    schema = {
        "type": "object",
        "example": {"b": 9},
        "properties": {
            "a": {"type": "string", "example": "hello"},
            "b": {"type": "integer"},
            "c": {"type": "array", "items": {"enum": ["x", "y"]}},
            "d": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            "no": False,
        },
    }
    assert make(schema) == {"a": "hello", "b": 9, "c": ["x"], "d": False}


def test_what_refers_to_itself_ends() -> None:
    assert make({"$ref": "#/components/schemas/Node"}) == {"id": "text"}
    assert (
        make({"type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/Node"}}) == [{"id": "text"}] * 2
    )


def test_a_discriminator_leads_to_what_it_chooses() -> None:
    case = {
        "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
        "then": {"properties": {"n": {"const": 1}}},
    }
    schema = {"type": "object", "allOf": [{"required": ["kind"], "properties": {"kind": {"enum": ["a", "b"]}}}, case]}
    assert make(schema) == {"kind": "a", "n": 1}
    assert make(schema, turn=1) == {"kind": "b"}


def test_plainness_is_asked_for_by_place() -> None:
    schema = {"properties": {"a": {"properties": {"x": {"example": 1}}}, "b": {"type": "string", "example": "long"}}}
    assert make(schema) == {"a": {"x": 1}, "b": "long"}
    assert make(schema, plain={("b",): 1}) == {"a": {"x": 1}, "b": "text"}
    assert make(schema, plain={(): 2}) == {}


def test_the_first_list_of_objects_may_be_one_of_devices() -> None:
    places: list[tuple[str, Where]] = []

    def fill(name: str, schema: object, where: Where) -> Hole | None:
        places.append((name, where))
        return Hole("device.id", ("a",), "name") if name == "id" else None

    schema = {
        "properties": {
            "total": {"type": "integer"},
            "items": {"items": {"properties": {"id": {}, "in": {"properties": {"deep": {}}}}, "type": "object"}},
        }
    }
    made = make(schema, filler=fill, loop=True)
    assert isinstance(made, dict)
    assert isinstance(made["items"], Loop)
    assert isinstance(made["items"].item["id"], Hole)
    assert dict(places) == {"total": "page", "items": "page", "id": "device", "in": "device", "deep": "part"}


def test_large_schemas_stay_small() -> None:
    level: dict = {"type": "object", "properties": {}}
    for _ in range(6):
        level = {"type": "object", "properties": {f"p{number}": level for number in range(10)}}
    maker = Maker({"s": level})
    maker.make("/s")
    assert maker.count < 12 * LARGEST
