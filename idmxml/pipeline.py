"""The program on one page: find files, examine each, merge what they declare, judge the whole, report."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from idmxml.approvals import Approval, Subject, approve
from idmxml.baselines import read_baseline, without_known
from idmxml.checks import duplicates, languages, reading, recorded_age
from idmxml.checks.declared_connections import Declared
from idmxml.checks.engine import judge, place
from idmxml.checks.examine import FileResult
from idmxml.checks.finding import diagnose
from idmxml.checks.located import Located
from idmxml.checks.pool import Order, Progress, examine_all, examiner
from idmxml.checks.registry import FactsByCode, known
from idmxml.checks.rule import rule_of
from idmxml.checks.selection import active_codes, codes_of
from idmxml.checks.suppressing import suppress
from idmxml.connections import CODES, SettingsQuestion, judge_connections, redacted, settings_of
from idmxml.diagnostics import Diagnostic, Report, Severity, Span, Summary, tidy
from idmxml.errors import UsageError
from idmxml.garbage import without_collection
from idmxml.model.context import Context
from idmxml.model.filefacts import FileFacts, Status
from idmxml.model.generated import Made
from idmxml.options import CONFIG_NAME, CheckOptions, FileOptions, repository_options
from idmxml.settings.layers import RepositorySettings
from idmxml.settings.redaction import Redactor
from idmxml.settings.secret import Secret
from idmxml.source.companions import Companions
from idmxml.source.repository import GIT, MEGABYTE, Discovery, SourceFile, checkout_of, discover, find_root, recorded_schemas
from idmxml.source.tags import tags_in
from idmxml.version import __version__


@dataclass(frozen=True, slots=True)
class Repository:
    """A configuration to check: its root, the asked paths, and the options of its ``idmxml.toml``.

    ``marked`` tells that the root was found by a marker of this tool, so that it bounds the configuration.
    """

    root: Path
    paths: tuple[Path, ...]
    marked: bool
    options: FileOptions


def run_check(paths: Sequence[Path], options: CheckOptions, progress: Progress = lambda _done: None) -> Report:
    """The report on the configurations at the given paths; UsageError for a path that is not there."""
    repositories = _repositories(paths, options)
    base = Path(os.path.commonpath([each.root for each in repositories]))
    with without_collection():
        parts = [_check_one(each, base, options, progress) for each in repositories]
    return Report(
        command="check",
        root=str(base),
        summary=Summary(sum(part.files for part in parts), sum(part.objects for part in parts)),
        diagnostics=tidy(_of_all(parts)),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        rules=FactsByCode(),
        tool_version=__version__,
        checkout=checkout_of(base),
    )


def _of_all(parts: Sequence["_Part"]) -> Iterable[Diagnostic]:
    """The diagnostics of all repositories; a secret of one may stand in the files of another."""
    found = [each for part in parts for each in part.diagnostics]
    return found if len(parts) == 1 else redacted(found, Redactor(secret for part in parts for secret in part.secrets))


def _repositories(paths: Sequence[Path], options: CheckOptions) -> list[Repository]:
    by_root: dict[Path, tuple[bool, list[Path]]] = {}
    for path in paths or (Path(),):
        if not path.exists():
            raise UsageError(f"there is no file or folder '{path}'")
        root, marked = find_root(path)
        by_root.setdefault(root, (marked, []))[1].append(path)
    return [
        Repository(root, tuple(asked), marked, repository_options(root, options.config))
        for root, (marked, asked) in sorted(by_root.items())
    ]


def repository_at(path: Path, options: CheckOptions) -> Repository:
    """The repository that a path belongs to, the whole of it when a marker of this tool bounds it; UsageError for no path."""
    found = _repositories([path], options)[0]
    return replace(found, paths=(found.root,)) if found.marked else found


def plain_order(repository: Repository, codes: frozenset[str]) -> Order:
    """The order to read the files of a repository for what the rules ``codes`` need, and to judge nothing else."""
    return Order(codes, int(repository.options.max_file_size * MEGABYTE))


@dataclass(frozen=True, slots=True)
class _Part:
    files: int
    objects: int
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...]
    secrets: tuple[Secret, ...]


@dataclass(frozen=True)
class Look:
    """What was read of a repository: the asked files, recorded schemas, the rest that declares, and all of it merged."""

    order: Order
    asked: Discovery
    files: tuple[SourceFile, ...]
    checked: list[FileResult]
    schemas: list[FileResult]
    context: Context

    @cached_property
    def located(self) -> Located:
        """The documents that findings are placed in."""
        return Located(self.files, self.context.language)

    @cached_property
    def declared(self) -> Declared:
        """The connections, and the other names that settings use."""
        return Declared(self.context, self.located.read)


def look_at(repository: Repository, base: Path, order: Order, jobs: int, progress: Progress) -> Look:
    """Read a repository; paths are told relative to ``base``."""
    asked = discover(repository.paths, base, _rebased(repository, base))
    others = _others(repository, base, asked)
    recorded = recorded_schemas(repository.root, base)
    files = (*asked.files, *recorded, *others)
    order = replace(order, tags=tags_in(files))
    if order.xsd is not None:
        examiner(order).prepare()  # so that a file that is no XSD is told whatever there is to check
    results = examine_all(order, files, jobs, progress)
    count = len(asked.files)
    checked, schemas, rest = results[:count], results[count : count + len(recorded)], results[count + len(recorded) :]
    expanded = partial(_made, (*asked.files, *others), order.max_bytes)
    context = _context(order, checked, [*schemas, *rest], asked, companions=_companions(repository), expanded=expanded)
    return Look(order, asked, files, checked, schemas, context)


def _check_one(repository: Repository, base: Path, options: CheckOptions, progress: Progress) -> _Part:
    look = look_at(repository, base, _order(repository, options), options.jobs, progress)
    found = [each for result in (*look.checked, *look.schemas) for each in result.diagnostics]
    found += _unreadable(look.asked, look.order)
    found += _judge(look, options.jobs)
    found += _outdated(repository, look, options)
    settings = settings_of(look.declared, settings_question(repository, base, options))
    settings_notes: tuple[str, ...] = ()
    if not look.order.active.isdisjoint(CODES):
        found += _judge_settings(repository, look, settings)
        settings_notes = settings.notes
    secrets = tuple(settings.secrets())
    found = list(redacted(suppress(found, look.checked, look.order.active), Redactor(secrets)))
    left, acceptance_notes = _unaccepted(tidy(found), repository, base, options, look.order.active)
    return _Part(
        files=len(look.asked.files),
        objects=sum(each.facts.objects for each in look.checked),
        diagnostics=tuple(_with_severity(left, repository.options)),
        notes=(*_notes(look.context), *settings_notes, *acceptance_notes),
        secrets=secrets,
    )


def _unaccepted(
    found: Sequence[Diagnostic], repository: Repository, base: Path, options: CheckOptions, active: frozenset[str]
) -> tuple[Sequence[Diagnostic], tuple[str, ...]]:
    """The findings that nobody approved and the baseline does not have, and sentences about both."""
    is_whole = any(each.absolute() == repository.root for each in repository.paths)
    words = {word for code, rule in known().items() if code in active for word in (code, rule.name)} if is_whole else set[str]()
    path = os.path.relpath(repository.root, base).replace(os.sep, "/")
    prefix = "" if path == "." else f"{path}/"

    def subject(each: Diagnostic) -> Subject:
        return Subject(each.code, each.name, (each.object or each.span.path.removeprefix(prefix),))

    approved = approve(found, subject, repository.options.approvals, options.today, words.__contains__)
    notes = (*approved.notes, *_of_no_rule(repository.options.approvals))
    baseline = read_baseline(repository.root) if options.use_baseline else None
    if baseline is None:
        return approved.left, notes
    remaining = without_known(approved.left, baseline, prefix, is_whole=is_whole)
    return remaining.left, (*notes, *remaining.notes)


def _of_no_rule(approvals: Iterable[Approval]) -> Iterator[str]:
    """Sentences about approvals that name neither a rule of a check nor one of a comparison."""
    names = {each.name for each in known().values()}
    others = [each for each in approvals if each.code not in known() and each.code not in names]
    if others:
        from idmxml.diff.rules import words_of_rules  # only where an approval is not for a check

        for each in others:
            if each.code not in words_of_rules():
                yield f"The approval of {each.label} names no rule; 'idmxml explain' lists them."


def _outdated(repository: Repository, look: Look, options: CheckOptions) -> Iterator[Diagnostic]:
    """The recorded schemas that are older than asked for, of connections that the asked files declare."""
    if options.max_age is None or options.today is None or rule_of(recorded_age.outdated_schema).code not in look.order.active:
        return
    from idmxml.snapshots.store import Store  # only where ages are asked for

    asked = {each.path for each in look.asked.files}
    connections = [each for each in look.declared.connections if not each.span.path or each.span.path in asked]
    store = Store(repository.root)
    read_on = {each.identifier: store.read_on(each.identifier) for each in connections}
    known = {identifier: day for identifier, day in read_on.items() if day is not None}
    yield from recorded_age.outdated_schemas(connections, known, options.today, options.max_age)


def settings_question(
    repository: Repository, base: Path, options: CheckOptions, variables: Mapping[str, str] | None = None
) -> SettingsQuestion:
    """Where the settings of a repository lie: in the folder that was asked for, else in its root, else where it was asked."""
    near = (each if each.is_dir() else each.parent for each in map(Path.absolute, repository.paths))
    return SettingsQuestion(
        base=base,
        folders=(options.settings.absolute(),) if options.settings else (repository.root, *near),
        environment=options.environment,
        vault_names=repository.options.key_vault_secrets,
        variables=variables,
    )


def _judge_settings(repository: Repository, look: Look, settings: RepositorySettings) -> Iterator[Diagnostic]:
    """The findings about settings, in settings files and in those files of the configuration that were asked for."""
    places = {each.path for each in look.asked.files} | {each.path for each in settings.files}
    whole = any(each.absolute() == repository.root for each in repository.paths)
    for each in judge_connections(look.declared, settings, look.order.active, bounded=repository.marked or whole):
        if each.span.path in places:
            yield each if each.source else replace(each, source=_line(look, each.span))


def _line(look: Look, span: Span) -> str:
    """The line of the configuration that a span starts in; empty for one in another file."""
    position = next((position for position, each in enumerate(look.asked.files) if each.path == span.path), None)
    document = look.located.read(position) if position is not None else None
    return document.lines.text(span.line) if document is not None else ""


def _rebased(repository: Repository, base: Path) -> tuple[str, ...]:
    """The patterns of the repository's options, relative to the base of the report."""
    prefix = os.path.relpath(repository.root, base).replace(os.sep, "/")
    return repository.options.exclude if prefix == "." else tuple(f"{prefix}/{each}" for each in repository.options.exclude)


def _others(repository: Repository, base: Path, asked: Discovery) -> tuple[SourceFile, ...]:
    """The rest of a marked repository, when only part of it was asked for: it declares, and is not checked."""
    root = repository.root
    if not repository.marked or any(Path(os.path.abspath(path)) == root for path in repository.paths):  # noqa: PTH100  keeps links
        return ()
    given = {each.path for each in asked.files}
    return tuple(each for each in discover([root], base, _rebased(repository, base)).files if each.path not in given)


def _order(repository: Repository, options: CheckOptions) -> Order:
    file = repository.options
    try:
        active_codes(file.select, (*file.ignore, *file.severity))
    except UsageError as error:
        raise UsageError(f"{options.config or repository.root / CONFIG_NAME}: {error}") from None
    off = [code for code, severity in file.severity.items() if severity is None]
    select = options.select or file.select
    active = active_codes(select, (*options.ignore, *file.ignore), off)
    return Order(active, int(file.max_file_size * MEGABYTE), options.xsd)


def _companions(repository: Repository) -> Companions | None:
    """The other files of a repository; None for single files, when nothing tells which folder they belong to."""
    bounded = repository.marked or any(each.is_dir() for each in repository.paths) or (repository.root / GIT).exists()
    return Companions(repository.root) if bounded else None


def _context(
    order: Order,
    checked: list[FileResult],
    others: list[FileResult],
    asked: Discovery,
    *,
    companions: Companions | None,
    expanded: Callable[[], Made],
) -> Context:
    look = examiner(order)
    hidden = [FileFacts(each.path, Status.OPAQUE) for each in asked.unreadable]
    facts = [each.facts for each in checked]
    rest = [*(each.facts for each in others), *hidden]
    return Context(look.language, look.plan.projections, facts, rest, companions, expanded=expanded)


def _made(files: Sequence[SourceFile], max_bytes: int) -> Made:
    from idmxml.expansion.made import made_names  # few repositories need their scaffoldings expanded to be judged
    from idmxml.expansion.templates import TemplateFault

    try:
        return made_names(files, max_bytes)
    except TemplateFault:
        return {}  # faulty elements may not expand; the patterns of names still tell what may be generated


def _unreadable(asked: Discovery, order: Order) -> Iterator[Diagnostic]:
    if rule_of(reading.unreadable_file).code in order.active:
        for each in asked.unreadable:
            message = f"this can't be looked into: {each.reason}"
            yield reading.at_file(reading.unreadable_file, each.path, message, each.hint)


def _judge(look: Look, jobs: int) -> Iterator[Diagnostic]:
    order, context, located = look.order, look.context, look.located
    plan = examiner(order).plan
    for position, suspects in judge(plan, context, jobs).items():
        document = located.read(position)
        if document is not None:
            yield from place(suspects, document, context, located.read)
    if rule_of(duplicates.duplicate_identity).code in order.active:
        yield from located.duplicates(context)
    rule = rule_of(languages.undeclared_language)
    if rule.code in order.active:
        for position in sorted(languages.undeclared_positions(context)):
            document = located.read(position)
            if document is not None:
                for finding in languages.undeclared_language(document, context):
                    yield diagnose(rule, finding, document, context.language)


def _with_severity(found: Iterable[Diagnostic], options: FileOptions) -> Iterator[Diagnostic]:
    changed: dict[str, Severity] = {}
    for word, severity in options.severity.items():
        if severity is not None:
            changed |= dict.fromkeys(codes_of(word), severity)
    for each in found:
        severity = changed.get(each.code)
        yield each if severity is None else replace(each, severity=severity)


def _notes(context: Context) -> tuple[str, ...]:
    if context.complete:
        return ()
    return ("Some files could not be read, so references that may lead into them were not judged.",)


def configured_fail_on(paths: Sequence[Path], options: CheckOptions) -> str | None:
    """The strictest ``fail-on`` of the repositories' ``idmxml.toml``; None when none says anything."""
    order = ("info", "warning", "error", "never")
    found = [each.options.fail_on for each in _repositories(paths, options) if each.options.fail_on]
    return min(found, key=order.index) if found else None
