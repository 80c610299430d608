"""The kinds of rule, one module each; they know nothing of each other."""
