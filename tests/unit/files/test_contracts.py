from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.contracts import read_contract


def read(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "openapi.yaml"
    path.write_text(text)
    return [operation.name for operation in read_contract(path).operations]


def test_operations_are_listed_in_order(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\npaths:\n  /a:\n    post: {operationId: two, responses: {}}\n    get: {responses: {}}\n"
    assert read(tmp_path, text) == ["GET /a", "two"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("swagger: '2.0'\n", 1, "is not an OpenAPI 3.1 document"),
        ("openapi: 3.1.0\na:\n  $ref: '#/nowhere'\n", 3, "'#/nowhere' leads nowhere"),
        ("openapi: 3.1.0\na:\n  - $ref: https://evil.test/x\n", 3, "'https://evil.test/x' leads nowhere"),
        ("openapi: 3.1.0\na:\n  - $ref: other.yaml#/x\n", 3, "leads nowhere"),
    ],
)
def test_what_cannot_be_followed_is_told(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(SandboxError) as caught:
        read(tmp_path, text)
    assert (caught.value.problems[0].line, reason in caught.value.problems[0].reason) == (line, True)
