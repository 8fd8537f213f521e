"""A run of ``compile``: the check beside the compilation, and the folder written unless the check found errors."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Final

from idmxml.compiling.compiled import Compiled, CompileOptions, compile_files
from idmxml.compiling.contents import Asked, checked_files, draft_of
from idmxml.compiling.silencing import silences, without_idle_comments
from idmxml.diagnostics import Report, Severity
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.garbage import without_collection
from idmxml.options import CheckOptions
from idmxml.pipeline import Repository, repository_at, run_check
from idmxml.processes import START_METHOD, follow_parent
from idmxml.reports.graph import DRAWN, graph_of
from idmxml.reports.graph_svg import MOST_NODES, svg
from idmxml.source.repository import MANIFEST, Discovery, discover
from idmxml.writer.folder import check_replaceable, folder_draft

WORTH_A_PROCESS: Final = 3_000_000


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the report of the check, and what was written; None when errors stood in the way.

    ``notes`` are sentences about what could not be written.
    """

    report: Report
    compiled: Compiled | None = None
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        """The errors of the check, one line each."""
        found = (each for each in self.report.diagnostics if each.severity is Severity.ERROR)
        return tuple(f"{each.span.path}:{each.span.line}: {each.code}: {each.message}" for each in found)


def compile_to(
    folder: Path, path: Path, options: CheckOptions, wanted: CompileOptions, variables: Mapping[str, str], *, force: bool
) -> Outcome:
    """Compile the repository of ``path`` into ``folder``; nothing is written when the check finds errors, unless ``force``.

    UsageError when the folder holds anything else than a former output.
    """
    repository = repository_at(path, options)
    _refuse_inside(folder, repository)
    check_replaceable(folder)
    found = discover(repository.paths, repository.root, repository.options.exclude)
    with without_collection():
        return _compiled_to(folder, Found(path, repository, found), options, Wanted(wanted, variables, force))


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for, the repository it belongs to, and the files of that."""

    path: Path
    repository: Repository
    discovery: Discovery


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to compile, the environment variables that may hold settings, and whether errors are passed over."""

    options: CompileOptions
    variables: Mapping[str, str]
    force: bool


def _compiled_to(folder: Path, found: Found, options: CheckOptions, wanted: Wanted) -> Outcome:
    paths = found.repository.paths
    if options.jobs != 1 and sum(each.size for each in found.discovery.files) >= WORTH_A_PROCESS:
        with ProcessPoolExecutor(1, mp_context=get_context(START_METHOD), initializer=follow_parent) as other:
            try:
                checking: Future[Report] = other.submit(run_check, paths, replace(options, jobs=1))
                return _written(folder, found, options, wanted, checking.result)
            except KeyboardInterrupt:
                for each in active_children():  # nobody waits for it any more
                    each.terminate()
                raise
    report = run_check(paths, options)
    if _stands_in_the_way(report, wanted):
        return Outcome(report)
    return _written(folder, found, options, wanted, lambda: report)


def _written(folder: Path, found: Found, options: CheckOptions, wanted: Wanted, report_of: Callable[[], Report]) -> Outcome:
    """Write the folder; ``report_of`` waits for the report of the check, which is asked for when all else is done.

    What goes wrong until then counts only when the check finds no errors, which may be the reason for it.
    """
    try:
        return _drafted(folder, found, options, wanted, report_of)
    except Exception:
        report = report_of()
        if _stands_in_the_way(report, wanted):
            return Outcome(report)
        raise


def _drafted(folder: Path, found: Found, options: CheckOptions, wanted: Wanted, report_of: Callable[[], Report]) -> Outcome:
    compiled = compile_files(found.repository, found.discovery, wanted.options)
    if silences(compiled):
        compiled = without_idle_comments(compiled, checked_files(compiled, options), options)
    draft = draft_of(compiled, Asked(found.path, options, wanted.variables), picture_of)
    with folder_draft(folder) as target:
        target.write(draft.files)
        report = report_of()
        if _stands_in_the_way(report, wanted):
            return Outcome(report)
        target.write({MANIFEST: draft.manifest(report, forced=_has_errors(report))})
        target.commit()
    return Outcome(report, compiled, draft.notes)


def _stands_in_the_way(report: Report, wanted: Wanted) -> bool:
    return _has_errors(report) and not wanted.force


def _has_errors(report: Report) -> bool:
    return any(each.severity is Severity.ERROR for each in report.diagnostics)


def _refuse_inside(folder: Path, repository: Repository) -> None:
    """UsageError when the folder to write holds the repository, whose files would be gone."""
    target = folder.resolve()
    asked = (each.resolve() for each in (repository.root, *repository.paths))
    if any(each == target or each.is_relative_to(target) for each in asked):
        raise UsageError(f"'{folder}' holds the configuration itself; name a folder of its own for the output")


def picture_of(compiled: Compiled) -> tuple[str | None, str | None]:
    """The picture of the model; None, and why, when it would be too large to read or can't be drawn."""
    count = sum(1 for each in compiled.items if each.kind in DRAWN)
    if count > MOST_NODES:
        return None, f"no model.svg: {count:,} nodes are too many for one picture; see 'idmxml graph --connector'"
    graph = graph_of(compiled.items)
    try:
        return svg(graph), None
    except EnvironmentFault as fault:
        return None, f"no model.svg: {fault}"
