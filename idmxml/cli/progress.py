"""A counter on standard error, for a terminal, once something takes longer than a second."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
PAUSE = 0.1


@contextmanager
def progress(visible: bool) -> Iterator[Callable[[int], None]]:  # noqa: FBT001  a switch is what it is
    """Give a function to be told how many files more are done; what it showed is wiped at the end."""
    started = shown = time.monotonic()
    done = 0
    width = 0

    def tick(count: int) -> None:
        nonlocal done, shown, width
        done += count
        now = time.monotonic()
        if visible and now - started > PATIENCE and now - shown > PAUSE:
            shown = now
            text = f"checking: {done:,} files"
            width = len(text)
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()

    try:
        yield tick
    finally:
        if width:
            sys.stderr.write("\r" + " " * width + "\r")
            sys.stderr.flush()
