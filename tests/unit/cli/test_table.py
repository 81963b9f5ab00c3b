from __future__ import annotations

from replaysandbox.cli.table import table


def test_numbers_go_right_and_words_left() -> None:
    assert table(("id", "level %", "on"), [("a", 7.5, True), ("long", 2000, False)]) == [
        "id    level %  on",
        "a         7.5  yes",
        "long    2,000  no",
    ]


def test_a_missing_number_keeps_its_column_a_column_of_numbers() -> None:
    assert table(("w",), [(None,), (12345,)]) == ["     w", "     –", "12,345"]


def test_wide_letters_keep_the_columns_straight() -> None:
    lines = table(("name", "n"), [("日本", "x"), ("ab", "y")])
    assert [line.index(letter) for line, letter in zip(lines[1:], "xy", strict=True)] == [4, 6]


def test_no_rows_leave_the_headers() -> None:
    assert table(("a", "b"), []) == ["a  b"]
