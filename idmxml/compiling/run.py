"""A run of ``compile``: the check beside the compilation, and the folder written unless the check found errors."""

from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from idmxml.compiling.compiled import Compiled, CompileOptions, compile_files
from idmxml.compiling.contents import Asked, Output, checked_files, output_of
from idmxml.compiling.silencing import silences, without_idle_comments
from idmxml.diagnostics import Report, Severity
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.garbage import without_collection
from idmxml.options import CheckOptions
from idmxml.pipeline import Repository, repository_at, run_check
from idmxml.processes import START_METHOD
from idmxml.reports.graph import DRAWN, graph_of
from idmxml.reports.graph_svg import MOST_NODES, svg
from idmxml.source.repository import Discovery, discover
from idmxml.writer.folder import check_replaceable, write_folder

WORTH_A_PROCESS: Final = 3_000_000


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the report of the check, and what was written; None when errors stood in the way."""

    report: Report
    output: Output | None
    compiled: Compiled | None

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
    repository, discovery = found.repository, found.discovery
    if options.jobs != 1 and sum(each.size for each in discovery.files) >= WORTH_A_PROCESS:
        with ProcessPoolExecutor(1, mp_context=get_context(START_METHOD)) as other:
            checking: Future[Report] = other.submit(run_check, repository.paths, replace(options, jobs=1))
            compiled = compile_files(repository, discovery, wanted.options)
            report = checking.result()
    else:
        report = run_check(repository.paths, options)
        if _has_errors(report) and not wanted.force:
            return Outcome(report, None, None)
        compiled = compile_files(repository, discovery, wanted.options)
    if _has_errors(report) and not wanted.force:
        return Outcome(report, None, None)
    if silences(compiled):
        compiled = without_idle_comments(compiled, checked_files(compiled, options), options)
    asked = Asked(found.path, options, wanted.variables, report, forced=wanted.force and _has_errors(report))
    output = output_of(compiled, asked, picture_of)
    write_folder(folder, output.files)
    return Outcome(report, output, compiled)


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
