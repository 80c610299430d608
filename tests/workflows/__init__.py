"""Tests of what can exist: documents, graphs, catalog, plan."""
