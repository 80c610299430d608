"""Decides how hard Hypothesis looks: the same few examples every time, or many new ones when asked to be thorough."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: these tests share two cores with others, and a slow moment is not a mistake.
settings.register_profile("usual", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("thorough", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("RELANCE_HYPOTHESIS", "usual"))
