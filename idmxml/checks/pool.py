"""Files to results in several processes: each looks at chunks of files, and sends back what they contribute."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from idmxml.checks.examine import Examiner, FileResult
from idmxml.checks.plan import Plan
from idmxml.checks.registry import runnable
from idmxml.processes import START_METHOD, follow_parent, processes_for
from idmxml.source.repository import SourceFile

CHUNKS_PER_JOB = 12
WORTH_A_PROCESS = 3_000_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """All that a process needs to make the plan: the active codes, the tags that occur (None: any), and the plan's terms."""

    active: frozenset[str]
    max_bytes: int
    xsd: Path | None = None
    tags: frozenset[str] | None = None


@lru_cache(maxsize=2)
def examiner(order: Order) -> Examiner:
    """The examiner for an order; a forked process finds its parent's, another one makes its own."""
    return Examiner(Plan(runnable(order.active, order.tags), order.max_bytes, order.xsd))


def _examine_chunk(task: tuple[Order, list[tuple[int, SourceFile]]]) -> list[tuple[int, FileResult]]:
    order, chunk = task
    looks = examiner(order)
    return [(position, looks.examine(each.path, each.file)) for position, each in chunk]


def examine_all(order: Order, files: Sequence[SourceFile], jobs: int, progress: Progress) -> list[FileResult]:
    """The results of the files, in their order, whatever the number of jobs."""
    total = sum(each.size for each in files)
    jobs = processes_for(jobs, total // WORTH_A_PROCESS, len(files))
    found: dict[int, FileResult] = {}
    for part in _parts(order, _chunks(files, jobs), jobs):
        found.update(part)
        progress(len(part))
    return [found[position] for position in range(len(files))]


def _parts(order: Order, chunks: list[list[tuple[int, SourceFile]]], jobs: int) -> Iterator[list[tuple[int, FileResult]]]:
    tasks = [(order, chunk) for chunk in chunks]
    if jobs == 1:
        yield from map(_examine_chunk, tasks)
        return
    import multiprocessing  # small repositories need one process only

    examiner(order).prepare()
    with multiprocessing.get_context(START_METHOD).Pool(jobs, initializer=_begin) as pool:
        yield from pool.imap_unordered(_examine_chunk, tasks)


def _begin() -> None:
    """In a new process: nothing inherited is garbage, and entries free themselves."""
    import gc

    follow_parent()
    gc.freeze()
    gc.disable()


def _chunks(files: Sequence[SourceFile], jobs: int) -> list[list[tuple[int, SourceFile]]]:
    """The files in runs of about the same size, small enough that no process waits long for the last one."""
    limit = sum(each.size for each in files) // (jobs * CHUNKS_PER_JOB) + 1
    chunks: list[list[tuple[int, SourceFile]]] = []
    size = limit
    for position, each in enumerate(files):
        if size >= limit:
            chunks.append([])
            size = 0
        chunks[-1].append((position, each))
        size += each.size
    return chunks
