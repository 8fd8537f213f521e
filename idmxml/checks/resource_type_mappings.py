"""Resource type mappings: the element that fits the package, what tickets need, and properties that are marked once."""

from collections.abc import Iterator

from idmxml.checks.connection_facts import NEEDS, connection_named, declared_at
from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.packages_in_use import mapping_kinds
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.packages import Package
from idmxml.model.context import Context
from idmxml.source.entry import Entry

PLAIN = "ResourceTypeMapping"
# Older names of elements, which the product still reads.
SAME = {"AzureADResourceTypeMapping": "MicrosoftEntraIDResourceTypeMapping"}
TICKETS = "servicenowticket.schema.json"
TICKET_ATTRIBUTES = (
    "TicketAdditionalInformation",
    "TicketCallerId",
    "TicketCategory",
    "TicketImpact",
    "TicketSubCategory",
    "TicketSynchroIsNotAvailable",
    "TicketUrgency",
)


def _package(entry: Entry, context: Context) -> Package | None:
    connection = connection_named(entry.get("Connection"), context)
    return connection.package if connection is not None else None


def _connection(entry: Entry, context: Context) -> tuple[Elsewhere, ...]:
    connection = connection_named(entry.get("Connection"), context)
    return declared_at(connection, context) if connection is not None else ()


@rule("IDM3210", "wrong-mapping-element", on=mapping_kinds, reads=("Connection",), needs=NEEDS)
def wrong_mapping_element(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type is mapped by the element of another technology than its connection's package.

    Why: each package reads the settings of its own mapping element; those of another one do not reach it. Where the element of
    a package is not documented, the finding is a warning.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry"><Property Identifier="dn" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" SourceEntityType="Person" TargetEntityType="AD_Entry"/>
        <SapResourceTypeMapping Identifier="AD_User" Connection="ADFulfillment" DefaultObjectClass="user"/>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry"><Property Identifier="dn" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" SourceEntityType="Person" TargetEntityType="AD_Entry"/>
        <LdapResourceTypeMapping Identifier="AD_User" Connection="ADFulfillment" DefaultObjectClass="user" RDNAttributeIdentifier="CN"/>
    """
    package = _package(entry, context)
    kind = entry.kind or ""
    element = SAME.get(kind, kind)
    if package is None or element == PLAIN or package.implements_resource_type_mapping is not True:
        return
    right = package.resource_type_mapping
    if element == right:
        return
    # Tickets of any package may be meant where people provision by hand.
    is_ticket = element == "ManualProvisioningResourceTypeMapping" and package.provisioning == "manual"
    is_known = package.resource_type_mapping_basis in {"catalogue", "docs"}
    known = f"this package takes <{right or PLAIN}>" if is_known else f"it most likely takes <{right or PLAIN}>"
    yield Finding(
        entry,
        f"<{kind}> does not fit connection {entry.get('Connection')} of package '{package.identifier}'",
        "Connection",
        hint=f"{known}; change the element, or the connection",
        severity=None if is_known and not is_ticket else Severity.WARNING,
        elsewhere=_connection(entry, context),
    )


@rule("IDM3211", "general-mapping-element", Severity.INFO, on=PLAIN, reads=("Connection",), needs=NEEDS)
def general_mapping_element(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type is mapped by the general element, although its package has an element of its own.

    Why: the general element is documented through examples alone, and lacks the settings of the technology.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <ResourceTypeMapping Identifier="AD_User" Connection="ADFulfillment"/>

    Good:
        <Connector Identifier="Scripts" DisplayName_L1="Scripts"/>
        <Connection Identifier="Script" DisplayName_L1="Script" Connector="Scripts" Package="Usercube.Powershell@0000001"/>
        <EntityType Identifier="Account"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="Person" TargetEntityType="Account"/>
        <ResourceTypeMapping Identifier="Account" Connection="Script"/>
    """
    package = _package(entry, context)
    if package is not None and package.resource_type_mapping_basis in {"catalogue", "docs"}:
        message = f"package '{package.identifier}' has an element of its own for this mapping"
        yield Finding(entry, message, "Connection", hint=f"write <{package.resource_type_mapping}>")


@rule(
    "IDM3212",
    "ticket-without-caller",
    on="ServiceNowResourceTypeMapping",
    reads=("Connection", "TicketCallerId", "ConsolidationMode"),
    needs=NEEDS,
)
def ticket_without_caller(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type is provisioned by ServiceNow tickets, but TicketCallerId is missing.

    Why: the ticket package opens each ticket in somebody's name, and this attribute tells whose.

    Bad:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Snow" Package="Usercube.SnowTicket@0000001"/>
        <ServiceNowResourceTypeMapping Identifier="Badge" Connection="SnowTickets" TicketCategory="access"/>

    Good:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTickets" DisplayName_L1="Tickets" Connector="Snow" Package="Usercube.SnowTicket@0000001"/>
        <EntityType Identifier="Badge"><Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Badge" DisplayName_L1="Badge" Policy="Default" SourceEntityType="Person" TargetEntityType="Badge"/>
        <ServiceNowResourceTypeMapping Identifier="Badge" Connection="SnowTickets" TicketCategory="access" TicketCallerId="Login"/>
    """
    package = _package(entry, context)
    given = (entry.get("TicketCallerId") or "").strip() or entry.get("ConsolidationMode")
    if package is not None and package.settings == TICKETS and not given:
        message = f"package '{package.identifier}' opens tickets, and needs TicketCallerId"
        hint = "name the attribute that holds the caller in TicketCallerId"
        yield Finding(entry, message, "Connection", hint, elsewhere=_connection(entry, context))


@rule(
    "IDM3213",
    "idle-ticket-attribute",
    Severity.WARNING,
    on=("ServiceNowResourceTypeMapping", "EasyVistaResourceTypeMapping"),
    reads=("Connection", *TICKET_ATTRIBUTES),
    needs=NEEDS,
)
def idle_ticket_attribute(entry: Entry, context: Context) -> Iterator[Finding]:
    """A resource type mapping says how its tickets are, but its connection opens none.

    Why: these attributes act with the ticket package alone; the other package changes the system itself.

    Bad:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTables" DisplayName_L1="Tables" Connector="Snow" Package="Usercube.ServiceNow@0000001"/>
        <ServiceNowResourceTypeMapping Identifier="Snow_User" Connection="SnowTables" DefaultObjectClass="sys_user" TicketUrgency="High"/>

    Good:
        <Connector Identifier="Snow" DisplayName_L1="ServiceNow"/>
        <Connection Identifier="SnowTables" DisplayName_L1="Tables" Connector="Snow" Package="Usercube.ServiceNow@0000001"/>
        <EntityType Identifier="Snow_User"><Property Identifier="Id_Snow" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="Snow_User" DisplayName_L1="User" Policy="Default" SourceEntityType="Person" TargetEntityType="Snow_User"/>
        <ServiceNowResourceTypeMapping Identifier="Snow_User" Connection="SnowTables" DefaultObjectClass="sys_user"/>
    """
    package = _package(entry, context)
    if package is None or package.provisioning != "automatic":
        return
    for name in TICKET_ATTRIBUTES:
        if entry.get(name):
            message = f"{name} has no effect with package '{package.identifier}', which opens no tickets"
            hint = "remove it, or name a connection of the ticket package"
            yield Finding(entry, message, name, hint, elsewhere=_connection(entry, context))


MARKS = ("IsDNProperty", "IsParentProperty", "IsRDNProperty", "IsUserAccountControlProperty")


@rule("IDM3214", "property-marked-twice", Severity.WARNING, on=("LdapResourceTypeMapping",))
def property_marked_twice(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """Two properties of a resource type mapping are marked for the same part, such as the distinguished name.

    Why: an entry has one distinguished name, one parent, one relative name and one account control; which of the two properties
    feeds it is left to chance.

    Bad:
        <LdapResourceTypeMapping Identifier="AD_User" Connection="ADFulfillment" DefaultObjectClass="user" RDNAttributeIdentifier="CN">
          <Property Property="dn" IsDNProperty="true"/>
          <Property Property="mail" IsDNProperty="true"/>
        </LdapResourceTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADFulfillment" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="cn" TargetColumnIndex="5"/>
        </EntityType>
        <EntityType Identifier="Person"><Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/></EntityType>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <ResourceType Identifier="AD_User" DisplayName_L1="User" Policy="Default" SourceEntityType="Person" TargetEntityType="AD_Entry"/>
        <LdapResourceTypeMapping Identifier="AD_User" Connection="ADFulfillment" DefaultObjectClass="user" RDNAttributeIdentifier="CN">
          <Property Property="dn" IsDNProperty="true"/>
          <Property Property="cn" IsRDNProperty="true"/>
        </LdapResourceTypeMapping>
    """
    for mark in MARKS:
        marked = [each for each in entry.children if each.flag(mark)]
        for each in marked[1:]:
            first = marked[0]
            message = f"{mark} is given to '{each.get('Property')}', after '{first.get('Property')}'"
            yield Finding(each, message, mark, hint="keep it on one property", related=((first, "marked first here"),))
