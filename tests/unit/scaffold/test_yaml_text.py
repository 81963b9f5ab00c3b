from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.files.yaml_file import parse_yaml
from replaysandbox.scaffold.yaml_text import Noted, yaml_text

PLAIN = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=30)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=12).filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b c", "200", "on", "x-y"]), VALUES, min_size=1, max_size=4))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    def plain(each: object) -> object:
        if isinstance(each, str):
            return "".join("?" if 0xD800 <= ord(letter) < 0xE000 else letter for letter in each)
        if isinstance(each, dict):
            return {plain(key): plain(inner) for key, inner in each.items()}
        return [plain(inner) for inner in each] if isinstance(each, list) else each

    assert parse_yaml(yaml_text(value), "f").data == plain(value)


def test_comments_stand_above_what_they_are_about() -> None:
    value = {
        "a": Noted(1, "guess: one"),
        "list": [Noted({"b": "two words", "c": [1, 2]}, "guess: two\nlines"), {"d": Noted("x: y", "in it")}],
        "long": {f"key{number}": "some text that is long" for number in range(8)},
    }
    text = yaml_text(value)
    assert text.startswith(
        "# guess: one\na: 1\nlist:\n  # guess: two\n  # lines\n  - {b: two words, c: [1, 2]}\n"
        '  # in it\n  - d: "x: y"\nlong:\n  key0: some text that is long\n'
    )
    assert parse_yaml(text, "f").data["list"] == [{"b": "two words", "c": [1, 2]}, {"d": "x: y"}]
