"""Tasks against the rest of the repository: mappings, preparations and modes that they rely on."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.connection_facts import NEEDS as CONNECTIONS
from idmxml.checks.connection_facts import connections_of
from idmxml.checks.finding import Finding
from idmxml.checks.packages_in_use import mapping_kinds
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.names import closest
from idmxml.model.projection import Projection
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

MAPPED: Final = tuple(Projection(kind, ("Identifier",)) for kind in mapping_kinds())
PREPARED: Final = Projection("PrepareSynchronizationTask", ("Connector", "SynchronizationMode"))
OF_ONE_COMPLETE: Final = Projection("CreateConnectorSynchroComplete", ("Connector",))
OF_ONE_INCREMENTAL: Final = Projection("CreateConnectorSynchroIncremental", ("Connector",))
OF_ALL_COMPLETE: Final = frozenset({"CreateAgentSynchroComplete"})
OF_ALL: Final = OF_ALL_COMPLETE | {"CreateAgentSynchroIncremental", "CreateInitializationJob", "CreateConnectorsJobs"}
SOURCES: Final = Projection("ResourceType", ("SourceEntityType",))
CLASSIFICATIONS: Final = Projection("ResourceClassificationRule", ("ResourceType",))
PROFILE_RULES: Final = Projection("ProfileRuleContext", ("ResourceType", "EntityType"))
PROFILES: Final = Projection("Profile", ("Identifier",))
INCREMENTAL: Final = frozenset({"Incremental", "2"})
INITIAL: Final = frozenset({"Initial", "0"})


@rule("IDM6010", "unmapped-task-resource-type", on="TaskResourceType", reads=("ResourceType",), needs=MAPPED)
def unmapped_task_resource_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """A fulfill task lists a resource type that has no resource type mapping.

    Why: the mapping names the connection that provisions the resource type, so there is none for it.

    Bad:
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <FulfillTask Identifier="Fulfill" DisplayName_L1="Fulfill">
          <TaskResourceType ResourceType="Account"/>
        </FulfillTask>

    Good:
        <Connector Identifier="App" DisplayName_L1="App"/>
        <Connection Identifier="AppScript" DisplayName_L1="App" Connector="App" Package="Usercube.Powershell@0000001"/>
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <ResourceTypeMapping Identifier="Account" Connection="AppScript"/>
        <FulfillTask Identifier="Fulfill" DisplayName_L1="Fulfill">
          <TaskResourceType ResourceType="Account"/>
        </FulfillTask>
    """
    name = entry.get("ResourceType")
    if isinstance(entry, Entry) and entry.parent is not None and entry.parent.kind != "FulfillTask":
        return
    if not name or name not in context.names("ResourceType") or not context.is_whole:
        return
    mapped = context.derived(_mapped)
    if name in mapped or context.generated.has_any(mapping_kinds(), name):
        return
    near = closest(name, mapped)
    hint = f'declare a resource type mapping with Identifier="{name}" and its connection'
    if near is not None and near.casefold() == name.casefold():
        hint = f"its mapping is written '{near}'"
    yield Finding(
        entry, f"resource type {name} has no resource type mapping, so no connection provisions it", "ResourceType", hint
    )


def _mapped(context: Context) -> frozenset[str]:
    return frozenset(str(row) for each in MAPPED for row in context.rows(each))


@rule(
    "IDM6011",
    "incremental-mode-alone",
    Severity.WARNING,
    on=("PrepareSynchronizationTask", "CreateConnectorSynchroIncremental"),
    reads=("Connector", "SynchronizationMode"),
    needs=(PREPARED, OF_ONE_COMPLETE, OF_ONE_INCREMENTAL),
)
def incremental_mode_alone(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector is synchronized in incremental mode, and never in complete mode.

    Why: what an incremental export misses, such as a deletion while the system was down, is put right by a complete one,
    which is wanted once a day.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Incremental"/>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Incremental"/>
        <CreateConnectorSynchroComplete Connector="AD" DisplayName_L1="AD" JobIdentifier="AD_Complete"/>
    """
    connector = entry.get("Connector")
    is_task = entry.kind == "PrepareSynchronizationTask"
    if not connector or connector not in context.names("Connector") or not context.is_whole:
        return
    if (is_task and entry.get("SynchronizationMode") not in INCREMENTAL) or connector in context.derived(_completely_prepared):
        return
    if context.uses(OF_ALL_COMPLETE):
        return
    message = f"connector {connector} is never synchronized in complete mode"
    place = "SynchronizationMode" if is_task else "Connector"
    yield Finding(entry, message, place, hint="add a job that exports and synchronizes it completely, such as each night")


def _completely_prepared(context: Context) -> frozenset[str]:
    rows = context.rows(PREPARED)
    by_hand = {row[0] for row in rows if row[0] and row[1] not in INCREMENTAL | INITIAL}
    return frozenset(by_hand | {str(row) for row in context.rows(OF_ONE_COMPLETE)})


@rule(
    "IDM6012",
    "synchronization-without-preparation",
    Severity.WARNING,
    on="SynchronizeTask",
    reads=("Connector",),
    needs=(PREPARED, OF_ONE_COMPLETE, OF_ONE_INCREMENTAL),
)
def synchronization_without_preparation(entry: Entry, context: Context) -> Iterator[Finding]:
    """A connector is synchronized, but no task prepares its data.

    Why: a synchronization loads what PrepareSynchronizationTask has sent to the server; without it there is nothing.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <PrepareSynchronizationTask Identifier="HR_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="HR" SynchronizationMode="Complete"/>
        <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>
    """
    connector = entry.get("Connector")
    if not connector or connector not in context.names("Connector") or not context.is_whole:
        return
    prepared = {row[0] for row in context.rows(PREPARED)}
    generated = {*context.rows(OF_ONE_COMPLETE), *context.rows(OF_ONE_INCREMENTAL)}
    if connector not in prepared and connector not in generated and not context.uses(OF_ALL):
        hint = "add a PrepareSynchronizationTask of the connector before it"
        yield Finding(entry, f"no task prepares the data of connector {connector}", "Connector", hint)


@rule(
    "IDM6013",
    "idle-historization",
    Severity.WARNING,
    on="FulfillTask",
    reads=("Connector", "IgnoreHistorization"),
    needs=CONNECTIONS,
)
def idle_historization(entry: Entry, context: Context) -> Iterator[Finding]:
    """A fulfill task has IgnoreHistorization, but its connector does not write to the product's own database.

    Why: only the fulfillment of internal resources changes what is historized.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <FulfillTask Identifier="AD_Fulfill" DisplayName_L1="Fulfill" Connector="AD" IgnoreHistorization="true"/>

    Good:
        <Connector Identifier="InternalResources" DisplayName_L1="Internal"/>
        <Connection Identifier="Database" DisplayName_L1="Database" Connector="InternalResources" Package="Usercube.FulfillDatabase@0000001"/>
        <FulfillTask Identifier="Internal_Fulfill" DisplayName_L1="Fulfill" Connector="InternalResources" IgnoreHistorization="true"/>
    """
    fulfilling = [each for each in connections_of(entry.get("Connector"), context) if each.can_fulfill]
    if not entry.flag("IgnoreHistorization") or not fulfilling:
        return
    if all(each.package is not None and each.package.technology != "identitymanager" for each in fulfilling):
        message = f"IgnoreHistorization has no effect: connector {entry.get('Connector')} fulfills no internal resources"
        yield Finding(entry, message, "IgnoreHistorization", hint="remove it")


@rule(
    "IDM6014",
    "classification-without-rules",
    Severity.INFO,
    on="UpdateClassificationTask",
    reads=("Identifier",),
    needs=(CLASSIFICATIONS, SOURCES),
)
def classification_without_rules(entry: Entry, context: Context) -> Iterator[Finding]:
    """A task classifies resources, but no resource type has a classification rule.

    Why: the rules decide which resource type a resource gets.

    Bad:
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <UpdateClassificationTask Identifier="Classify" DisplayName_L1="Classify"/>

    Good:
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <ResourceClassificationRule Policy="Default" ResourceType="Account" ResourceTypeIdentificationConfidenceLevel="100"/>
        <UpdateClassificationTask Identifier="Classify" DisplayName_L1="Classify"/>
    """
    if context.rows(SOURCES) and not context.rows(CLASSIFICATIONS) and context.is_whole:
        hint = "add ResourceClassificationRule elements, or remove the task"
        yield Finding(entry, "no resource type has a classification rule", None, hint)


@rule(
    "IDM6015",
    "profiles-without-rules",
    Severity.WARNING,
    on="SetInternalUserProfilesTask",
    reads=("Identifier",),
    needs=(PROFILE_RULES, PROFILES),
)
def profiles_without_rules(entry: Entry, context: Context) -> Iterator[Finding]:
    """A task assigns profiles by rules, but there is no ProfileRuleContext.

    Why: the rules stand in ProfileRuleContext elements; without one nobody gets a profile.

    Bad:
        <Profile Identifier="Reader" DisplayName_L1="Reader"/>
        <SetInternalUserProfilesTask Identifier="Profiles" DisplayName_L1="Profiles"/>

    Good:
        <Profile Identifier="Reader" DisplayName_L1="Reader"/>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <ProfileRuleContext EntityType="Person">
          <ProfileRule Profile="Reader"/>
        </ProfileRuleContext>
        <SetInternalUserProfilesTask Identifier="Profiles" DisplayName_L1="Profiles"/>
    """
    if context.rows(PROFILES) and not context.rows(PROFILE_RULES) and context.is_whole:
        hint = "declare ProfileRuleContext with ProfileRule elements, or remove the task"
        yield Finding(entry, "no ProfileRuleContext tells who gets which profile", None, hint)


@rule("IDM6016", "role-model-of-no-source", Severity.INFO, on="TaskEntityType", reads=("EntityType",), needs=(SOURCES,))
def role_model_of_no_source(entry: Entry, context: Context) -> Iterator[Finding]:
    """A role model task lists an entity type that is the source of no resource type.

    Why: the role model is computed for the owners of resources, which are the source entity types of resource types.

    Bad:
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <ComputeRoleModelTask Identifier="Compute" DisplayName_L1="Compute">
          <TaskEntityType EntityType="Account"/>
        </ComputeRoleModelTask>

    Good:
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <ComputeRoleModelTask Identifier="Compute" DisplayName_L1="Compute">
          <TaskEntityType EntityType="Person"/>
        </ComputeRoleModelTask>
    """
    if isinstance(entry, Entry) and entry.parent is not None and entry.parent.kind != "ComputeRoleModelTask":
        return
    name, sources = entry.get("EntityType"), context.rows(SOURCES)
    if not name or not sources or name in sources or not context.is_whole:
        return
    if name in context.names("EntityType") and not context.generated.names("ResourceType"):
        near = closest(name, (str(row) for row in sources))
        hint = f"the sources of resource types are {', '.join(sorted(map(str, sources))[:4])}"
        yield Finding(
            entry,
            f"entity type {name} is the source of no resource type",
            "EntityType",
            did_you_mean(near) or hint,
        )
