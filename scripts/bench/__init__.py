"""Benchmarks: ratios measured side by side in one run; they print and write nothing."""
