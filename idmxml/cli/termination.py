"""What happens when the process is told to end: it exits, so that drafts are removed and what it started ends too."""

import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn


def exit_on_termination() -> None:
    """From now on SIGTERM, as pipelines send it, ends the process by an exit."""
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
