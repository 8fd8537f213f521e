"""What is being looked at, on one line of standard error, for a terminal and once it takes longer than a moment."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from idmxml.reports.visible_text import shortened, visible

PATIENCE = 0.5
WIDTH = 78


@contextmanager
def live_progress(word: str, total: int) -> Iterator[Callable[[Sequence[str], int], None]]:
    """Give a function to be told what is running and how much is done; what it showed is wiped at the end."""
    started = time.monotonic()
    is_visible = sys.stderr.isatty()
    shown = ""

    def watch(running: Sequence[str], done: int) -> None:
        nonlocal shown
        if not is_visible or time.monotonic() - started < PATIENCE:
            return
        text = shortened(f"{word} {done} of {total}: {visible(', '.join(running))}", WIDTH)
        if text != shown:
            sys.stderr.write(f"\r{text.ljust(len(shown))}")
            sys.stderr.flush()
            shown = text

    try:
        yield watch
    finally:
        if shown:
            sys.stderr.write("\r" + " " * len(shown) + "\r")
            sys.stderr.flush()


def utc_now() -> str:
    """The time as it is remembered: ``2026-05-01T07:30:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
