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


def test_what_is_too_wide_goes_on_in_its_own_column() -> None:
    rows = [("a", "one.example, two.example, three.example", 7), ("b", "four.example", 12)]
    whole = table(("name", "hosts", "n"), rows)
    assert max(map(len, whole)) == 49
    assert table(("name", "hosts", "n"), rows, 49) == whole
    assert table(("name", "hosts", "n"), rows, 35) == [
        "name  hosts                       n",
        "a     one.example, two.example,   7",
        "      three.example",
        "b     four.example               12",
    ]


def test_no_word_is_parted_however_narrow_the_terminal_is() -> None:
    lines = table(("hosts",), [("a-long-name-of-a-host.example.com, b.example",)], 5)
    assert lines[1:] == ["a-long-name-of-a-host.example.com,", "b.example"]
