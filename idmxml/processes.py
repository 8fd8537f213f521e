"""How many processes work on a large repository, how they are started, and when they end."""

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

START_METHOD: Final = "fork" if sys.platform == "linux" else "spawn"


def processes_for(asked: int, *limits: int) -> int:
    """How many processes to use: as many as asked (0: one a core), none beyond any of the limits, one at least."""
    return max(1, min(asked or os.cpu_count() or 1, *limits))


def follow_parent() -> None:
    """In a new process: end when the one that started it does, for nobody waits for what it does any more.

    Interrupts are for the one that started it, which ends it then.
    """
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: "BaseProcess") -> None:
    parent.join()
    os._exit(1)
