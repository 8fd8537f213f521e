import threading
import time
from functools import partial

from idmxml.live.parallel import Ended, Task, run_all


def wait(seconds: float, _deadline: float) -> float:
    time.sleep(seconds)
    return seconds


def fail(_deadline: float) -> float:
    raise SystemExit(9)


def test_ends_come_as_they_come_and_none_holds_up_another() -> None:
    hanging = threading.Event()
    tasks = [
        Task("slow", partial(wait, 0.2)),
        Task("hanging", lambda _deadline: float(hanging.wait(30))),
        Task("failing", fail),
        Task("quick", partial(wait, 0.01)),
    ]
    started = time.monotonic()
    found = list(run_all(tasks, 2, 0.4))
    assert time.monotonic() - started < 5
    hanging.set()
    by_place = {each.place: each for each in found}
    assert [by_place[each] for each in (0, 1, 3)] == [Ended(0, 0.2), Ended(1), Ended(3, 0.01)]
    assert isinstance(by_place[2].fault, SystemExit)
    assert len(found) == len(tasks)


def test_no_more_run_at_a_time_than_asked() -> None:
    running: set[str] = set()
    most = 0
    lock = threading.Lock()

    def run(name: str, _deadline: float) -> str:
        nonlocal most
        with lock:
            running.add(name)
            most = max(most, len(running))
        time.sleep(0.005)
        with lock:
            running.remove(name)
        return name

    names = [f"t{number}" for number in range(20)]
    seen: list[int] = []
    found = list(run_all([Task(each, partial(run, each)) for each in names], 3, 10, lambda _names, done: seen.append(done)))
    assert sorted(str(each.value) for each in found) == sorted(names)
    assert most <= 3
    assert seen == sorted(seen)
