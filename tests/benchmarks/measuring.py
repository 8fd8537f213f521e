"""What a command takes: time by the clock, and the memory of all its processes together."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.02
PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    """Seconds, and the peak of memory in megabytes (each page shared by processes counted once); 0 where none is told."""

    seconds: float
    megabytes: float
    code: int

    def __str__(self) -> str:
        memory = f", {self.megabytes:.0f} MB" if self.megabytes else ""
        return f"{self.seconds:.2f} s{memory}"


def measured(words: Sequence[str | Path], cwd: Path | None = None) -> Cost:
    """Run a command once; memory is looked at fifty times a second."""
    started = time.perf_counter()
    with subprocess.Popen(list(map(str, words)), cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(_megabytes, _family(process.pid))))
            time.sleep(PAUSE)
        seconds = time.perf_counter() - started
    return Cost(seconds, peak, process.returncode)


def quick(words: Sequence[str | Path], times: int = 7) -> float:
    """The median of some runs of a quick command, in milliseconds; its modules are compiled, as installing leaves them."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    found = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(list(map(str, words)), env=environment, capture_output=True, check=False)
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found)


def _family(pid: int) -> list[int]:
    """A process and those it started, and so on."""
    found, waiting = [pid], [pid]
    while waiting:
        each = waiting.pop()
        try:
            text = (PROC / str(each) / "task" / str(each) / "children").read_text(encoding="ascii")
        except OSError:
            continue
        waiting += map(int, text.split())
        found += map(int, text.split())
    return found


def _megabytes(pid: int) -> float:
    """The process's share of memory."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def command() -> list[str]:
    """The words that start the tool as an installation does, or else as a module."""
    script = Path(sys.executable).parent / ("idmxml.exe" if os.name == "nt" else "idmxml")
    return [str(script)] if script.exists() else [sys.executable, "-m", "idmxml"]
