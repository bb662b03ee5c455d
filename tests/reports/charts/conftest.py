"""An Axes to draw on."""

import pytest
from matplotlib.axes import Axes

from tests.reports.charts.drawing import fresh_axes


@pytest.fixture
def ax() -> Axes:
    """An Axes whose settings are not the charts' own."""
    return fresh_axes()
