"""How many processes work on a large repository, and how they are started."""

import os
import sys
from typing import Final

START_METHOD: Final = "fork" if sys.platform == "linux" else "spawn"


def processes_for(asked: int, *limits: int) -> int:
    """How many processes to use: as many as asked (0: one a core), none beyond any of the limits, one at least."""
    return max(1, min(asked or os.cpu_count() or 1, *limits))
