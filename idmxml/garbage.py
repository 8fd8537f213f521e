"""Python's garbage collection, and when it is time lost."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Entries and facts are freed as they go out of use; looking for cycles among a million of them is time lost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()  # what is left counts as old, so that it is not searched as soon as collection is on again
            gc.enable()
