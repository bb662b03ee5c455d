"""Small parts of charts."""

import math

import pytest

from simlib.assessment.bands import Band
from simlib.reports.charts.common import legend_columns, share_text, three_figures
from simlib.words import Words


@pytest.mark.parametrize(
    ("band", "en", "zh"),
    [
        (Band(0.514, 0.386, 0.623), "51% (39%–62%)", "51%\uff0839%–62%\uff09"),
        (Band(0.995, 0.992, 0.997), "99.5% (99.2%–99.7%)", "99.5%\uff0899.2%–99.7%\uff09"),
        (Band(0.4, math.nan, math.nan), "40%", "40%"),
        (Band(0.998, math.nan, math.nan), "99.8%", "99.8%"),
        (Band(1.0, 1.0, 1.0), "100% (100%–100%)", "100%\uff08100%–100%\uff09"),
        (Band(math.nan, math.nan, math.nan), "–", "–"),
    ],
)
def test_shares_keep_what_whole_numbers_would_hide(band: Band, en: str, zh: str) -> None:
    assert [share_text(Words(lang), band) for lang in ("en", "zh")] == [en, zh]


@pytest.mark.parametrize(("inches", "columns"), [(12, 5), (4, 3), (0.5, 1)])
def test_a_legend_is_no_broader_than_its_figure(inches: float, columns: int) -> None:
    assert legend_columns(["wage", "business", "property", "transfer", "dibao"], inches) == columns


@pytest.mark.parametrize(("number", "text"), [(0.1234, "0.123"), (12.34, "12.3"), (999.6, "1,000"), (1928.0, "1,930"), (0.0, "0")])
def test_three_figures_have_no_power_of_ten(number: float, text: str) -> None:
    assert three_figures(number) == text
