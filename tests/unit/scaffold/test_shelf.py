from replaysandbox.scaffold.shelf import Shelf


def test_equal_templates_are_kept_once() -> None:
    shelf = Shelf()
    names = [shelf.put("A thing", "1"), shelf.put("another", "1"), shelf.put("a-thing", "2")]
    assert names == ["a-thing.json.j2", "a-thing.json.j2", "a-thing-2.json.j2"]
    assert shelf.texts == {"a-thing.json.j2": "1", "a-thing-2.json.j2": "2"}
