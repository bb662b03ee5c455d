"""Words of a language: texts with blanks, sentences that were said, numbers and money as people write them."""

import math
from copy import copy

import pytest

from simlib.errors import InputError, nearest, said
from simlib.words import TERMS, Words, both, noop, together, within

ZH, EN = Words("zh"), Words("en")


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="language: seen 'fr', wanted 'zh' or 'en'"):
        Words("fr")


def test_a_text_with_its_blanks() -> None:
    assert EN("{number} yuan", number="7") == "7 yuan"
    assert ZH("{number} yuan", number="7") == "7元"


def test_a_text_without_values_keeps_its_braces() -> None:
    assert EN("as {it} is") == "as {it} is"


def test_a_text_that_is_not_in_the_catalogue_stays_english() -> None:
    assert ZH("zzz {what}", what=1) == "zzz 1"


def test_the_empty_text_is_empty() -> None:
    assert [ZH(""), EN("")] == ["", ""]


def test_a_context_chooses_among_translations_and_is_never_shown() -> None:
    assert (ZH(within("line", "dibao")), ZH(noop("dibao"))) == ("低保标准", "低保")
    assert EN(within("line", "dibao")) == "dibao"
    assert ZH(within("zzz", "unknown")) == "unknown"


def test_labels_of_codes() -> None:
    assert {code: EN[code] for code in TERMS} == TERMS
    assert ZH["line.fixed"] == "固定线"


def test_labels_of_codes_and_of_names_that_users_give() -> None:
    assert ZH.label("line.fixed") == ZH["line.fixed"]
    assert ZH.label("bank_of_my_own") == "bank_of_my_own"
    with pytest.raises(KeyError, match=r"no\.such"):
        ZH["no.such"]


def test_an_error_is_told_with_all_that_it_is_made_of() -> None:
    hint = nearest("basline", ["baseline", "full_package"])
    error = InputError(said("there is no scenario {name!r}; {hint}; or give the path of a .yaml file", name="basline", hint=hint))
    assert str(error) == EN.tell(error) == "there is no scenario 'basline'; did you mean 'baseline'?; or give the path of a .yaml file"
    told = ZH.tell(error)
    assert "basline" in told
    assert "“baseline”" in told
    assert "did you mean" not in told
    assert "there is no" not in told


def test_what_was_not_said_is_told_as_it_is() -> None:
    assert ZH.tell(InputError("plain")) == "plain"
    assert ZH.tell(ValueError()) == ""
    assert ZH.tell(said("zzz {n}", n=3)) == "zzz 3"
    assert ZH.tell(7) == "7"


def test_values_that_were_said_are_told_too() -> None:
    assert ZH("zzz {hint}", hint=nearest("a", ["b"])) == f"zzz {ZH.tell(nearest('a', ['b']))}"
    assert EN("zzz {hint}", hint=nearest("a", ["b"])) == "zzz known: b"


def test_a_text_that_has_both_languages_beside_its_data() -> None:
    column = both("members {x}", "成员数")
    assert (str(column), EN.tell(column), ZH.tell(column)) == ("members {x}", "members {x}", "成员数")
    sentence = said("zzz {column}", column=column)
    assert (sentence, ZH.tell(sentence)) == ("zzz members {x}", "zzz 成员数")
    assert ZH.tell(copy(column)) == "成员数"


def test_several_sentences_as_one() -> None:
    both = together([said("{number} yuan", number=1), "{as it is}", said("{number} yuan", number=2)])
    assert both == EN.tell(both) == "1 yuan\n{as it is}\n2 yuan"
    assert ZH.tell(both) == "1元\n{as it is}\n2元"
    assert ZH.tell(together(["a", "b"], ", ")) == "a、b"
    assert together([]) == ""


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (7365, 0, "7,365"),
        (0, 0, "0"),
        (-1234.5, 1, "-1,234.5"),
        (0.04, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (1e9, 0, "1,000,000,000"),
        (2.5, 2, "2.50"),
    ],
)
def test_numbers_are_alike_in_both(value: float, digits: int, text: str) -> None:
    assert ZH.number(value, digits) == EN.number(value, digits) == text


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.509, 0, "51%"), (0.509, 1, "50.9%"), (0, 0, "0%"), (1, 0, "100%"), (-0.001, 0, "0%"), (-0.25, 0, "-25%")],
)
def test_percentages_are_alike_in_both(share: float, digits: int, text: str) -> None:
    assert ZH.percent(share, digits) == EN.percent(share, digits) == text


@pytest.mark.parametrize("words", [ZH, EN])
@pytest.mark.parametrize("nothing", [None, math.nan, float("nan")])
def test_a_number_that_there_is_none_of_is_a_dash(words: Words, nothing: float | None) -> None:
    assert {words.number(nothing), words.number(nothing, 2), words.percent(nothing), words.yuan(nothing), words.money(nothing)} == {"–"}


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (0, "0元", "0 yuan"),
        (-0.2, "0元", "0 yuan"),
        (7365.4, "7,365元", "7,365 yuan"),
        (9_999.4, "9,999元", "9,999 yuan"),
        (10_000, "1万元", "10,000 yuan"),
        (-12_345, "-1.23万元", "-12,345 yuan"),
        (60_769_800, "6076.98万元", "60.77 million yuan"),
        (99_999_999, "1亿元", "100 million yuan"),
        (999_999, "100万元", "999,999 yuan"),
        (5_074_000_000, "50.74亿元", "5.07 billion yuan"),
        (999_999_999, "10亿元", "1 billion yuan"),
        (-5_074_000_000, "-50.74亿元", "-5.07 billion yuan"),
        (1.25e12, "1.25万亿元", "1.25 trillion yuan"),
    ],
)
def test_money_as_it_is_spoken_of(yuan: float, zh: str, en: str) -> None:
    assert (ZH.money(yuan), EN.money(yuan)) == (zh, en)


def test_an_exact_sum() -> None:
    assert (ZH.yuan(60_769_800), EN.yuan(60_769_800)) == ("60,769,800元", "60,769,800 yuan")


def test_lists() -> None:
    assert (ZH.joined(["a", "b"]), EN.joined(iter(["a", "b"]))) == ("a、b", "a, b")
