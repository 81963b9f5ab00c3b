from __future__ import annotations

from replaysandbox.redact.bodies import cover_content
from replaysandbox.redact.multipart import boundary_of, cover_multipart
from tests.unit.redact.made import cover

BODY = (
    b"preamble\r\n--b\r\nContent-Disposition: form-data; name=token\r\n\r\ncnry5f0c9a77\r\n"
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.json"\r\nContent-Type: application/json\r\n\r\n'
    b'{"password": "cnry5f0c9a88", "level": 1}\r\n--b\r\nno head\r\n--b--\r\n'
)


def test_parts_are_covered_by_name_or_by_type() -> None:
    made = cover_multipart(BODY, b"b", cover(), cover_content)
    assert b"cnry" not in made
    assert len(made) == len(BODY)
    assert made.startswith(b"preamble\r\n--b\r\n")
    assert made.endswith(b"--b\r\nno head\r\n--b--\r\n")
    assert b'"level": 1' in made


def test_boundaries() -> None:
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"
    assert boundary_of("multipart/form-data") == b""
