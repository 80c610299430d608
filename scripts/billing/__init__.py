"""Writes a month's bill as CSV, as a workbook or as a page."""
