"""Queries of reports: joins, a select list and a condition, and the paths in them along the entity model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.bindings import Malformed, ThroughScalar, UnknownProperty, UnknownType, parse_binding, walk
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, EntityModel, entity_model
from idmxml.model.names import closest
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?P<word>\w[\w.:]*)|(?P<comma>,)|(?P<sign>[^\s\w"',]+)"""
)
CLAUSES: Final = frozenset({"join", "select", "where"})
NAME: Final = re.compile(r"[A-Za-z_]\w*")
# Every resource leads to the rights assigned to it, though its entity type declares no such property.
OF_EVERY_RESOURCE: Final = "ResourceAssigned"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, text or sign of a query, with the place of its first character."""

    sort: str
    text: str
    start: int

    @property
    def part(self) -> tuple[int, int]:
        """The characters of the token."""
        return self.start, self.start + len(self.text)

    @property
    def keyword(self) -> str | None:
        """The clause that the word begins."""
        folded = self.text.casefold()
        return folded if self.sort == "word" and folded in CLAUSES else None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a query: its keyword, and what follows up to the next clause."""

    keyword: Token
    body: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """A join that could be read: the path, the entity type it is narrowed to, and the alias."""

    path: Token
    alias: Token
    narrowed: Token | None = None


def clauses_of(query: str) -> tuple[Clause, ...]:
    """The clauses of a query, in order; what stands before the first is left out."""
    found: list[tuple[Token, list[Token]]] = []
    for match in TOKEN.finditer(query):
        token = Token(match.lastgroup or "sign", match[0], match.start())
        if token.keyword is not None:
            found.append((token, []))
        elif found:
            found[-1][1].append(token)
    return tuple(Clause(keyword, tuple(body)) for keyword, body in found)


def join_of(clause: Clause) -> Join | None:
    """The join that a clause is; None when it has another form than path, perhaps ``of type`` and a type, alias."""
    words = clause.body
    if any(each.sort != "word" for each in words):
        return None
    if len(words) == 2:
        return Join(words[0], words[1]) if NAME.fullmatch(words[1].text) else None
    if len(words) == 5 and [each.text.casefold() for each in words[1:3]] == ["of", "type"]:
        return Join(words[0], words[4], words[3]) if NAME.fullmatch(words[4].text) else None
    return None


@rule("IDM7261", "query-without-select", on="ReportQuery")
def query_without_select(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The query of a report selects nothing.

    Why: a query is a list of joins, ``select`` with the columns of the report, and perhaps ``where`` with a condition.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login"/>
    """
    query = entry.get("Query")
    if query is None or not query.strip():
        return
    selects = [each for each in clauses_of(query) if each.keyword.keyword == "select"]
    if not selects or not any(each.body for each in selects):
        part = selects[0].keyword.part if selects else None
        yield Finding(entry, "the query selects nothing", "Query", "write select and the paths of the columns", part=part)


@rule("IDM7262", "broken-join", on="ReportQuery")
def broken_join(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A join of a report's query is not of the form ``join path alias`` or ``join path of type EntityType alias``.

    Why: the product can't read the query, and the report fails.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" DisplayName_L1="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Team" DisplayName_L1="Team" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Team" IsProperty2Collection="true"/>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="join Manager select Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Manager" DisplayName_L1="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Team" DisplayName_L1="Team" Type="ForeignKey"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Team" IsProperty2Collection="true"/>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="join Manager boss select Login, boss.Login"/>
    """
    for each in clauses_of(entry.get("Query") or ""):
        if each.keyword.keyword == "join" and join_of(each) is None and not _is_property(each):
            last = each.body[-1] if each.body else each.keyword
            hint = "write join, the navigation and an alias, such as join Manager boss"
            message = "a join is a path and an alias" if each.body else "a join without a path"
            yield Finding(entry, message, "Query", hint, part=(each.keyword.start, last.part[1]))


def _is_property(clause: Clause) -> bool:
    """Whether the word is rather a name in a list than a keyword: what follows it begins with a comma."""
    return bool(clause.body) and clause.body[0].sort == "comma"


@rule("IDM7264", "query-out-of-order", Severity.WARNING, on="ReportQuery")
def query_out_of_order(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The clauses of a report's query do not stand in the order join, select, where.

    Why: all known queries have their joins first and their condition last.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="where Login != null select Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login where Login != null"/>
    """
    order = {"join": 0, "select": 1, "where": 2}
    highest, before = 0, ""
    for each in clauses_of(entry.get("Query") or ""):
        keyword = each.keyword.keyword or ""
        if order[keyword] < highest:
            hint = "write the joins, then select, then where"
            yield Finding(entry, f"{keyword} stands behind {before}", "Query", hint, part=each.keyword.part)
            return
        highest, before = order[keyword], keyword


@rule("IDM7263", "unknown-query-path", on="ReportQuery", reads=("Query", "ReturnedEntityType"), needs=NEEDS)
def unknown_query_path(entry: Entry, context: Context) -> Iterator[Finding]:
    """A path in a report's query begins at no alias and no property of the returned entity type, or goes on to none.

    Why: paths start at ReturnedEntityType or at the alias of a join; the report fails on one that leads nowhere.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login, Logn"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login"/>
    """
    base = entry.get("ReturnedEntityType")
    clauses = clauses_of(entry.get("Query") or "")
    joins = [join_of(each) for each in clauses if each.keyword.keyword == "join"]
    if not base or None in joins:
        return
    model = entity_model(context)
    aliases: dict[str, str | None] = {}
    for join in joins:
        if join is not None:
            yield from _path_findings(entry, join.path, base, aliases, model)
            target = join.narrowed.text if join.narrowed else _target(join.path, base, aliases, model)
            aliases[join.alias.text] = target
    for each in clauses:
        if each.keyword.keyword == "select":
            for path in _selected(each.body):
                yield from _path_findings(entry, path, base, aliases, model)


def _selected(body: Sequence[Token]) -> Iterator[Token]:
    """The paths of a select list: items of one word each; others are left alone."""
    item: list[Token] = []
    for token in (*body, Token("comma", ",", 0)):
        if token.sort == "comma":
            if len(item) == 1 and item[0].sort == "word" and NAME.match(item[0].text):
                yield item[0]
            item = []
        else:
            item.append(token)


def _start(path: Token, base: str, aliases: Mapping[str, str | None]) -> tuple[str, str | None, int] | None:
    """The rest of a path, the entity type it starts at, and the place of the rest; None for an alias alone."""
    first, point, rest = path.text.partition(".")
    if first in aliases:
        return (rest, aliases[first], path.start + len(first) + 1) if point else None
    return path.text, base, path.start


def _target(path: Token, base: str, aliases: Mapping[str, str | None], model: EntityModel) -> str | None:
    started = _start(path, base, aliases)
    binding = parse_binding(started[0]) if started else None
    if started is None or binding is None or isinstance(binding, Malformed):
        return None
    return walk(binding, started[1], model).target


def _path_findings(
    entry: Entry, path: Token, base: str, aliases: Mapping[str, str | None], model: EntityModel
) -> Iterator[Finding]:
    started = _start(path, base, aliases)
    binding = parse_binding(started[0]) if started else None
    if started is None or binding is None or isinstance(binding, Malformed) or binding.start is not None:
        return
    problem = walk(binding, started[1], model).problem
    if problem is None or problem.name.text.startswith(OF_EVERY_RESOURCE) or _is_key_of_link(problem, model):
        return
    part = (problem.name.start + started[2], problem.name.end + started[2])
    message, near = _words(problem, model, aliases if problem.name.start == 0 and started[0] == path.text else {})
    hint = did_you_mean(near) or "start at a property of ReturnedEntityType, or at the alias of a join"
    yield Finding(entry, message, "Query", hint, part=part, replacement=near)


def _is_key_of_link(problem: UnknownType | UnknownProperty | ThroughScalar, model: EntityModel) -> bool:
    """Whether a name may be the key of what a navigation property leads to, such as Manager_Id."""
    bare = problem.name.text.removesuffix("Id").removesuffix("_")
    if not isinstance(problem, UnknownProperty) or bare == problem.name.text:
        return False
    found = model.property(problem.owner, bare)
    return found is not None and found.is_navigation


def _words(
    problem: UnknownType | UnknownProperty | ThroughScalar, model: EntityModel, aliases: Mapping[str, str | None]
) -> tuple[str, str | None]:
    """What is wrong, and the nearest right name."""
    name = problem.name.text
    if isinstance(problem, UnknownProperty):
        either = " and the query no alias" if aliases else ""
        near = closest(name, [*model.properties(problem.owner), *aliases])
        return f"entity type {problem.owner} has no property{either} '{name}'", near
    if isinstance(problem, ThroughScalar):
        return f"{problem.facts.owner}:{name} leads to no resource, so the path can't go on", None
    return f"no entity type named '{name}'", closest(name, model.types)
