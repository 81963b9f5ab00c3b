from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.redact.known import Known, is_distinct

SECRET, INSTEAD = "s3cr3t/of+alice~é", "p5eud0/of+nobody~x"


def known(value: str = SECRET, instead: str = INSTEAD) -> Known:
    made = Known()
    made.add(value, instead)
    return made


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.encode(),
        lambda text: quote(text, safe="").encode(),
        lambda text: quote(text, safe="").lower().encode(),
        lambda text: json.dumps(text).encode(),
        lambda text: json.dumps(text, ensure_ascii=False).encode(),
        lambda text: json.dumps(text).replace("/", "\\/").encode(),
    ],
)
def test_it_is_found_in_all_spellings(spell) -> None:  # type: ignore[no-untyped-def]
    data, count = known().replace(b"before " + spell(SECRET) + b" after")
    assert count == 1
    assert data == b"before " + spell(INSTEAD) + b" after"


@given(st.binary(max_size=20), st.binary(max_size=20), st.booleans(), st.booleans())
def test_it_is_found_in_base64_whatever_stands_around_it(before: bytes, after: bytes, url: bool, padded: bool) -> None:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    written = encode(before + SECRET.encode() + after)
    data, count = known().replace(b'{"x": "' + (written if padded else written.rstrip(b"=")) + b'"}')
    assert count >= 1
    inner = data[7:-2]
    decoded = base64.b64decode(inner.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(inner) % 4))
    assert decoded == before + INSTEAD.encode() + after


def test_what_follows_base64_stays() -> None:
    run = base64.b64encode(SECRET.encode())
    data, _ = known().replace(b"a/path/" + b" " + run + b" " + b"the rest")
    assert data.endswith(b" the rest")


@pytest.mark.parametrize(
    ("value", "distinct"),
    [
        ("battery", False),
        ("password", False),
        ("12345", False),
        ("hunter2", True),
        ("12345678", True),
        ("correct-horse", True),
        ("a" * 16, True),
    ],
)
def test_common_words_are_not_looked_for(value: str, distinct: bool) -> None:
    assert is_distinct(value) is distinct
    assert (known(value, "x" * len(value)).replace(b"<" + value.encode() + b">")[1] == 1) is distinct


def test_the_longest_of_several_wins() -> None:
    made = known("token-12345", "short-00000")
    made.add("token-12345-and-more", "long-00000-and-less0")
    assert made.replace(b"token-12345-and-more token-12345")[0] == b"long-00000-and-less0 short-00000"


def test_with_nothing_known_nothing_is_done() -> None:
    assert Known().replace(b"anything") == (b"anything", 0)
