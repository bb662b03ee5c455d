"""Lines of a given width, in a script with spaces and in one without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.reports.wrapping import width, wrapped


@pytest.mark.parametrize(
    ("text", "letters", "wanted"),
    [
        ("one two three", 7, "one two\nthree"),
        ("one two three", 3, "one\ntwo\nthree"),
        ("a verylongword here", 6, "a\nverylongword\nhere"),
        ("全套措施、逐年调整", 10, "全套措施、\n逐年调整"),
        ("合成数据（SYNTHETIC）：所有户", 18, "合成数据\n（SYNTHETIC）：所\n有户"),
        ("运行编号6e8e0b58", 12, "运行编号\n6e8e0b58"),
        ("first\nsecond line", 6, "first\nsecond\nline"),
        ("", 5, ""),
    ],
)
def test_lines_break_where_each_script_breaks(text: str, letters: int, wanted: str) -> None:
    assert wrapped(text, letters) == wanted


def test_a_chinese_character_is_two_letters_wide() -> None:
    assert [width(text) for text in ("ab", "元", "a元，")] == [2, 2, 5]


@given(st.text(alphabet="ab 元亿，。（）–%·", max_size=60), st.integers(4, 30))
def test_nothing_is_lost(text: str, letters: int) -> None:
    assert "".join(wrapped(text, letters).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["元", "亿，", "万。", "（元）", "ab", "12%；"]), max_size=30), st.integers(6, 30))
def test_no_line_begins_with_a_closing_sign(pieces: list[str], letters: int) -> None:
    lines = wrapped("".join(pieces), letters).split("\n")
    assert not [line for line in lines[1:] if line[0] in "，。）；"]
    assert not [line for line in lines[:-1] if line[-1] == "（"]
