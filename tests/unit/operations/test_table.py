import json

from replaysandbox.files.places import SCHEMAS
from replaysandbox.operations.table import OPERATIONS


def test_the_words_of_packs_are_the_table() -> None:
    schema = json.loads((SCHEMAS / "formats" / "pack.schema.json").read_text())
    words = schema["$defs"]["route"]["properties"]["operation"]["enum"]
    assert sorted(OPERATIONS) == sorted(words)
