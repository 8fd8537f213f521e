"""Which rows of the whole break a rule, found by several processes where one can be split in two cheaply."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from idmxml.checks.examine import run_safely
from idmxml.checks.rule import Rule
from idmxml.model.context import Context
from idmxml.model.projection import Projection, Row, view
from idmxml.processes import processes_for

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

WORTH_A_PROCESS = 150_000
Judged = Sequence[tuple[Rule, Projection]]
Offenders = Mapping[int, frozenset[Row]]


def find_offenders(judged: Judged, context: Context, jobs: int) -> Offenders:
    """For the rules that have any, by position, the rows that break them.

    A large repository is judged by up to ``jobs`` processes (0: one a core): a forked one sees the merged files without
    copying them. Where there is no fork, one process does it all; the answer is the same.
    """
    jobs = processes_for(jobs, sum(each.objects for each in context.files) // WORTH_A_PROCESS)
    if jobs == 1 or sys.platform != "linux":
        return _find(judged, range(len(judged)), context)
    import multiprocessing  # small repositories need one process only

    shares = _shares(judged, context, jobs)
    forking = multiprocessing.get_context("fork")
    answers: list[Connection] = []
    for share in shares[1:]:
        receiver, sender = forking.Pipe(duplex=False)
        forking.Process(target=_answer, args=(judged, share, context, sender), daemon=True).start()
        sender.close()
        answers.append(receiver)
    found = dict(_find(judged, shares[0], context))
    for each in answers:
        found.update(each.recv())
    return dict(sorted(found.items()))


def _answer(judged: Judged, share: Iterable[int], context: Context, sender: "Connection") -> None:
    sender.send(_find(judged, share, context))
    sender.close()


def _find(judged: Judged, share: Iterable[int], context: Context) -> Offenders:
    found = {}
    for position in share:
        rule, projection = judged[position]
        rows = _offending(rule, projection, context) if context.holders(projection) else None
        if rows:
            found[position] = rows
    return found


def _offending(rule: Rule, projection: Projection, context: Context) -> frozenset[Row]:
    rows = context.rows(projection)
    if rule.screen is not None:
        rows = rule.screen(rows, context)
    return frozenset(row for row in rows if any(True for _ in run_safely(rule, view(projection, row), context)))


def _shares(judged: Judged, context: Context, count: int) -> list[list[int]]:
    """The positions in shares of about the same work; rules on the same rows stay together."""
    groups: dict[Projection, list[int]] = {}
    for position, (_, projection) in enumerate(judged):
        if context.holders(projection):
            groups.setdefault(projection, []).append(position)
    weights = {each: context.weight(each) * len(positions) for each, positions in groups.items()}
    shares: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for projection in sorted(groups, key=lambda each: (-weights[each], each.kind, each.columns)):
        home = loads.index(min(loads))
        shares[home] += groups[projection]
        loads[home] += weights[projection]
    return [sorted(each) for each in shares]
