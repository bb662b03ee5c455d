"""PDFs as they are looked at: pages as pictures, and the text on them."""

from typing import Final

import pypdfium2
from PIL.Image import Image

POINTS: Final = 72
"""Points of an inch, the unit of a PDF."""


def pages(pdf: bytes, dpi: float = 96) -> list[Image]:
    """Every page as a picture; `numpy.asarray` makes pixels of it, shape (height, width, 3)."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / POINTS).to_pil() for page in document]


def texts(pdf: bytes) -> list[str]:
    """The text of every page, in the order in which it was written."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
