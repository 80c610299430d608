"""A sandbox and an app as separate processes, and people who act in them: for the demo and the scenario tests."""
