"""Tests of the calendar, the clocks and their ledger."""
