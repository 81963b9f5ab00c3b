from __future__ import annotations

from dataclasses import replace

import pytest

from replaysandbox.files.foreign.http_file import write_http
from tests.unit.files.foreign.made import write
from tests.unit.files.recorded import recorded


def test_requests_are_written_one_after_the_other() -> None:
    posted = recorded("/b", method="POST")
    posted = replace(posted, request=replace(posted.request, body=b'{"a": 1}'))
    text, lost = write(write_http, [recorded("/a"), posted])
    assert text.decode() == (
        "### 1\nGET https://api.amps.ai/a\nAccept: */*\n\n"
        '### 2\nPOST https://api.amps.ai/b\nAccept: */*\n\n{"a": 1}\n\n'
    )
    assert lost == ["the answer: the format holds requests alone (2 times, first in exchange 1)"]


@pytest.mark.parametrize(
    "body",
    [b"< /etc/passwd", b"a\n### x\nGET https://evil.example/", b"> {% run() %}", b"{{secret}}", b"\xff", b"a\r\nb"],
)
def test_a_body_that_an_editor_would_take_for_its_own_is_left_out_and_told(body: bytes) -> None:
    request = recorded("/a", method="POST", headers=()).request
    exchange = replace(recorded(), request=replace(request, body=body))
    text, lost = write(write_http, [exchange])
    assert text == b"### 1\nPOST https://api.amps.ai/a\n\n"
    assert len(lost) == 2
