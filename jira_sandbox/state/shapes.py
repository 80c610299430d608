"""Names for the JSON that travels, so that signatures say what they carry."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object."""

Value = Any
"""Any JSON value: what a client may put where Jira's own contract says nothing."""
