"""Makes each thing once, for however many threads that want it at the same time or later."""

import copy
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TypeVar

from idmxml.stages import Failure, Stage, StageFailure

T = TypeVar("T")


class Once:
    """Things by key. The first who asks for one makes it, the others wait for that; a failure is kept as well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Hashable, Future[object]] = {}

    def get(self, key: Hashable, make: Callable[[], T], deadline: float) -> T:
        """The thing, or the exception that making it gave; StageFailure when it is not there by ``deadline``.

        ``deadline`` is a time of ``time.monotonic``.
        """
        with self._lock:
            future = self._made.get(key)
            is_first = future is None
            if future is None:
                future = self._made[key] = Future()
        if is_first:
            try:
                future.set_result(make())
            except BaseException as fault:  # noqa: BLE001  told to everyone who waits, and to the caller below
                future.set_exception(fault)
        return _result(future, deadline)  # type: ignore[return-value]


def _result(future: "Future[object]", deadline: float) -> object:
    try:
        fault = future.exception(timeout=None if deadline == float("inf") else max(deadline - time.monotonic(), 0.0))
    except TimeoutError:
        raise StageFailure(Failure.TIMEOUT, "no answer came in time", stage=Stage.SECRET) from None
    if isinstance(fault, StageFailure):
        raise copy.copy(fault)  # as each thread adds its own way to what it raises
    return future.result()
