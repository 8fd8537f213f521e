"""Runs what looks at systems side by side: each alone, each for a limited time, none able to hold up or break the others."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar

T = TypeVar("T")
GRACE: Final = 1.0
"""Seconds that a task may overrun its time to say itself what took so long."""


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A name, and what to run; it is given the time by which it has to end, of ``time.monotonic``."""

    name: str
    run: Callable[[float], T]


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How the task at ``place`` ended: with a value, or an exception; with neither, its time was over and it was given up."""

    place: int
    value: T | None = None
    fault: BaseException | None = None


Watch = Callable[[Sequence[str], int], None]


def run_all(
    tasks: Sequence[Task[T]], jobs: int, seconds: float, watch: Watch = lambda _running, _done: None
) -> Iterator[Ended[T]]:
    """Each task's end, in the order in which they end. ``watch`` is told the names of those running, and how many are done.

    A task that is given up may go on in its thread; what it does then is never looked at.
    """
    ended: SimpleQueue[Ended[T]] = SimpleQueue()
    waiting = list(range(len(tasks)))[::-1]
    running: dict[int, float] = {}
    done = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            place = waiting.pop()
            running[place] = _start(tasks[place], place, seconds, ended)
        watch([tasks[each].name for each in running], done)
        for each in _next(ended, running):
            if running.pop(each.place, None) is not None:
                done += 1
                yield each


def _start(task: Task[T], place: int, seconds: float, ended: "SimpleQueue[Ended[T]]") -> float:
    deadline = time.monotonic() + seconds

    def run() -> None:
        try:
            ended.put(Ended(place, task.run(deadline)))
        except BaseException as fault:  # noqa: BLE001  whatever a driver does, the others go on
            ended.put(Ended(place, fault=fault))

    threading.Thread(target=run, name=f"idmxml {task.name}", daemon=True).start()
    return deadline


def _next(ended: "SimpleQueue[Ended[T]]", running: dict[int, float]) -> list[Ended[T]]:
    """What ended first, or those whose time is over."""
    now = time.monotonic()
    patience = min(running.values()) + GRACE - now
    try:
        return [ended.get(timeout=max(min(patience, 0.2), 0.0))]
    except Empty:
        now = time.monotonic()
        return [Ended(place) for place, deadline in running.items() if deadline + GRACE < now]
