"""What a test asks of the browser besides its own promise: that it has told of no error meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.desk.visiting import Browsing


@contextmanager
def watched(browsing: Browsing) -> Iterator[Browsing]:
    """Lets a test browse, and fails it when the browser told of an error or of a breach of the page's policy."""
    yield browsing
    told = browsing.close_pages()
    assert not told, f"the browser told of {told}"
