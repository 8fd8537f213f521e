import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from idmxml.live.vaults.once import Once
from idmxml.stages import Failure, Stage, StageFailure


def test_many_threads_make_a_thing_once() -> None:
    once, made = Once(), []

    def make() -> str:
        time.sleep(0.05)
        made.append(1)
        return "thing"

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _number: once.get("key", make, time.monotonic() + 10), range(20)))
    assert (found, made) == (["thing"] * 20, [1])
    assert once.get("other", lambda: 7, time.monotonic() + 1) == 7


def test_a_failure_is_kept() -> None:
    once, asked = Once(), []

    def fail() -> str:
        asked.append(1)
        raise StageFailure(Failure.NO_RIGHT, "denied", hint="ask for it", stage=Stage.SECRET)

    found = []
    for _number in range(3):
        with pytest.raises(StageFailure) as caught:
            once.get("key", fail, time.monotonic() + 10)
        found.append(caught.value.result)
    assert len(set(found)) == len(asked) == 1
    assert (found[0].reason, found[0].detail, found[0].hint) == (Failure.NO_RIGHT, "denied", "ask for it")


def test_nobody_waits_longer_than_the_own_deadline() -> None:
    once, release = Once(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(once.get, "key", lambda: release.wait(10), time.monotonic() + 10)
        while not once._made:
            time.sleep(0.01)
        started = time.monotonic()
        with pytest.raises(StageFailure) as caught:
            once.get("key", lambda: True, time.monotonic() + 0.1)
        assert time.monotonic() - started < 5
        assert caught.value.failure is Failure.TIMEOUT
        release.set()
        assert first.result() is True
