"""The verbs of the product, one per file."""
