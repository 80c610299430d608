"""Commands for operators and developers: the same operations, by hand."""
