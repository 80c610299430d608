"""Measures service levels: a calendar, a fold over an issue's history, and JSM's own words for the result."""
