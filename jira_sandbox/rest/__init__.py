"""The platform REST API (v3, and what is cheap of v2), one file per audience of operations."""
