"""Scaffoldings: what they need besides what their attributes name, and arguments that contradict each other."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from idmxml.checks.consolidation import MODULES
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.files import read_stored
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS as MODEL
from idmxml.model.entity_model import entity_model
from idmxml.model.projection import Projection, RowView
from idmxml.source.entry import Entry

ONCE: Final = ("CleanDatabaseJob", "CreateConnectorsJobs")
EXCLUSIONS: Final = ("NoConnectorProvisioning", "NoConnectorSynchronization", "NotUsed")
Demand = Mapping[str, Any]


@lru_cache(maxsize=1)
def _demands() -> tuple[Demand, ...]:
    return tuple(read_stored("scaffoldings", "demands.json")["demands"])


def _demanding() -> tuple[str, ...]:
    return tuple(dict.fromkeys(each["scaffolding"] for each in _demands()))


def _projections() -> tuple[Projection, ...]:
    about = (Projection(each["kind"], (each["about"],)) for each in _demands() if "about" in each)
    makers = (Projection(maker, ("EntityType",)) for each in _demands() for maker in each.get("made_by", ()))
    return tuple(dict.fromkeys((*about, *makers)))


@rule(
    "IDM4155",
    "scaffolding-without-ground",
    Severity.WARNING,
    on=_demanding(),
    reads=("EntityType",),
    needs=(*MODEL, *_projections()),
)
def scaffolding_without_ground(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """A scaffolding completes something that does not exist.

    Why: it generates menus, rights or tables for workflows, display tables, search bars or reports of an entity type, which
    another scaffolding makes, or which are written by hand. Without them what it generates leads nowhere.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <TargetResourceReport EntityType="HR_Site"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <TargetResourceReport EntityType="HR_Site"/>
    """
    entity_type = entry.get("EntityType")
    if not entity_type or context.uses(MODULES) or not context.is_whole:
        return
    for demand in _demands():
        if demand["scaffolding"] == entry.kind and not _is_met(demand, entity_type, context):
            called = demand["called"].replace("{EntityType}", entity_type)
            message = f"{entry.kind} needs {called.partition(', as ')[0]}, and there is none"
            yield Finding(entry, message, "EntityType", hint=_advice(called))


def _advice(called: str) -> str:
    what, _, maker = called.partition(", as ")
    return f"add <{maker.removesuffix(' makes')}>, or declare {what}" if maker else f"declare {what}, or generate it"


def _is_met(demand: Demand, entity_type: str, context: Context) -> bool:
    names = (each.replace("{EntityType}", entity_type) for each in demand.get("named", ()))
    known = entity_model(context).knows if demand["kind"] == "EntityType" else None
    if any(known(name) if known is not None else context.has(demand["kind"], name) for name in names):
        return True
    if "about" in demand and entity_type in context.rows(Projection(demand["kind"], (demand["about"],))):
        return True
    return any(entity_type in context.rows(Projection(maker, ("EntityType",))) for maker in demand.get("made_by", ()))


@rule("IDM4156", "repeated-scaffolding", Severity.WARNING, on=ONCE, reads=("ConsolidationMode", "../ConsolidationMode"))
def repeated_scaffolding(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """A scaffolding that makes the same jobs wherever it stands is declared more than once.

    Why: CleanDatabaseJob and CreateConnectorsJobs take no attribute, so a second one generates the same again.

    Bad:
        <CleanDatabaseJob/>
        <CleanDatabaseJob/>

    Good:
        <CleanDatabaseJob/>
    """
    tag = entry.kind or ""
    holding = [each.path for each in (*context.others, *context.files) if tag in each.used_scaffoldings]
    if isinstance(entry, RowView):
        yield Finding(entry, "the files decide")
        return
    siblings = list(entry.parent.of_kind(tag)) if entry.parent is not None else [entry]
    if siblings.index(entry) > 0:
        yield Finding(entry, f"a second <{tag}>", hint="keep one", related=((siblings[0], "the first one"),))
    elif len(holding) > 1:
        yield Finding(entry, f"a second <{tag}>: {holding[0]} has one", hint="keep one", not_in=holding[0])


@rule("IDM4157", "connector-left-out-twice", Severity.WARNING, on="CreateInitializationJob")
def connector_left_out_twice(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A connector stands in two of the arguments that leave parts of it out of the job.

    Why: NotUsed leaves out all of a connector, NoConnectorProvisioning and NoConnectorSynchronization a half of it; one of
    them says all there is to say.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <CreateInitializationJob>
          <NotUsed ConnectorIdentifier="HR"/>
          <NoConnectorProvisioning ConnectorIdentifier="HR"/>
        </CreateInitializationJob>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <CreateInitializationJob>
          <NotUsed ConnectorIdentifier="HR"/>
        </CreateInitializationJob>
    """
    first: dict[str, Entry] = {}
    for child in entry.children:
        name = child.get("ConnectorIdentifier")
        if child.kind not in EXCLUSIONS or not name:
            continue
        other = first.setdefault(name, child)
        if other is not child:
            message = f"connector {name} is left out by {other.tag} and by {child.tag}"
            yield Finding(child, message, "ConnectorIdentifier", hint="keep one", related=((other, "the first one"),))
