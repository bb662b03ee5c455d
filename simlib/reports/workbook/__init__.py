"""A result as an Excel workbook, in Chinese or English: sheets that filter and print, charts, formulas that check the money."""

from simlib.reports.workbook.book import sheet_names, workbook_bytes, write_workbook

__all__ = ["sheet_names", "workbook_bytes", "write_workbook"]
