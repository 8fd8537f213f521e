"""Profiles, access rules and clients: who may do what, and with which secret."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.projection import Projection, RowView, Subject
from idmxml.source.entry import TRUE, Entry

MOST_PROFILES = 10
ASSIGNED = Projection("AssignedProfile", ("User", "Profile", "Context", "IsDenied"))
CLIENTS = Projection("OpenIdClient", ("Identifier", "HashedSecret"))
GROUPED = Projection("AccessControlEntityType.Property", ("VisibilityGroup",))
OPENED = Projection("Entry", ("PropertyGroup",))
SHA_256 = re.compile(r"[A-Za-z0-9+/]{43}=?")


@rule(
    "IDM7010",
    "too-many-profiles",
    on="AssignedProfile",
    reads=("User", "Profile", "Context", "IsDenied"),
)
def too_many_profiles(entry: Entry, context: Context) -> Iterator[Finding]:
    """A user is given more than ten profiles.

    Why: a user has ten assigned profiles at most. Assignments that deny a profile are not counted here. It is told at the
    eleventh.

    Bad:
        <Profile Identifier="P01"/>
        <ProfileContext Id="-2"/>
        <ProfileContext Id="-3"/>
        <ProfileContext Id="-4"/>
        <ProfileContext Id="-5"/>
        <ProfileContext Id="-6"/>
        <ProfileContext Id="-7"/>
        <ProfileContext Id="-8"/>
        <ProfileContext Id="-9"/>
        <ProfileContext Id="-10"/>
        <ProfileContext Id="-11"/>
        <ProfileContext Id="-12"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-2"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-3"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-4"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-5"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-6"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-7"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-8"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-9"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-10"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-11"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-12"/>

    Good:
        <Profile Identifier="P01"/>
        <ProfileContext Id="-2"/>
        <ProfileContext Id="-3"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-2"/>
        <AssignedProfile User="E0007" Profile="P01" Context="-3"/>
    """
    user = entry.get("User") or ""
    given = context.derived(_assignments).get(user, {})
    mine = _assigned(entry)
    if entry.flag("IsDenied") or len(given) <= MOST_PROFILES or mine not in given:
        return
    before = {each for each, place in given.items() if place < given[mine]}
    within = [] if isinstance(entry, RowView) else _assigned_before(entry, user)
    if mine not in within and (isinstance(entry, RowView) or len(before.union(within)) == MOST_PROFILES):
        message = f"user '{user}' has {len(given)} assigned profiles; {MOST_PROFILES} are possible"
        yield Finding(entry, message, "User", "give fewer profiles, or join what they grant in one profile")


def _assigned(entry: Subject) -> tuple[str, str]:
    """The profile of an assignment, and its context."""
    return entry.get("Profile") or "", entry.get("Context") or ""


def _assigned_before(entry: Entry, user: str) -> list[tuple[str, str]]:
    """What the user is given earlier in the same file."""
    siblings = entry.parent.of_kind("AssignedProfile") if entry.parent is not None else iter(())
    earlier = (each for each in siblings if each.ordinal < entry.ordinal and each.get("User") == user)
    return [_assigned(each) for each in earlier if not each.flag("IsDenied")]


def _assignments(context: Context) -> Mapping[str, Mapping[tuple[str, str], int]]:
    """The profiles, with contexts, that each user is given, each with the first file that does; unchecked files come first."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    places = [(position, context.rows_of(position, ASSIGNED)) for position in context.holders(ASSIGNED)]
    for position, rows in (*places, (-1, context.rows(ASSIGNED).difference(*(rows for _position, rows in places)))):
        for row in rows:
            if row[0] and row[3] not in TRUE:
                found[row[0]].setdefault((row[1] or "", row[2] or ""), position)
    return found


@rule(
    "IDM7008",
    "shared-client-secret",
    Severity.WARNING,
    on="OpenIdClient",
    reads=("Identifier", "HashedSecret"),
)
def shared_client_secret(entry: Entry, context: Context) -> Iterator[Finding]:
    """Two OpenID clients have the same secret.

    Why: each client has a secret of its own; who knows that of one could else call the interface as the other.

    Bad:
        <Profile Identifier="Job"/>
        <OpenIdClient Identifier="Job" DisplayName_L1="Job" Profile="Job" HashedSecret="y7Ysjj9ScUO7GzHhIk2HLcKqZRdlYMd5wYyZHLwkOt8="/>
        <OpenIdClient Identifier="Portal" DisplayName_L1="Portal" Profile="Job" HashedSecret="y7Ysjj9ScUO7GzHhIk2HLcKqZRdlYMd5wYyZHLwkOt8="/>

    Good:
        <Profile Identifier="Job"/>
        <OpenIdClient Identifier="Job" DisplayName_L1="Job" Profile="Job" HashedSecret="y7Ysjj9ScUO7GzHhIk2HLcKqZRdlYMd5wYyZHLwkOt8="/>
        <OpenIdClient Identifier="Portal" DisplayName_L1="Portal" Profile="Job" HashedSecret="yLJrmsSIZaYsYaE1rIxS0x3yz1ZrOIFqzAMmIeOFzk8="/>
    """
    name, secret = entry.get("Identifier") or "", entry.get("HashedSecret") or ""
    first = context.derived(_first_clients).get(secret, name)
    if first != name:
        there = declared_there("OpenIdClient", first, "the other client", context)
        message = f"client '{name}' has the same secret as client '{first}'"
        hint = "make a secret for each with Usercube-New-OpenIDSecret"
        yield Finding(entry, message, "Identifier", hint, elsewhere=there)


def _first_clients(context: Context) -> Mapping[str, str]:
    """The first client by name of each hash."""
    found: dict[str, str] = {}
    for row in sorted(context.rows(CLIENTS), key=str):
        if row[0] and row[1] and row[1].strip():
            found.setdefault(row[1], row[0])
    return found


@rule("IDM7009", "unhashed-client-secret", Severity.WARNING, on="OpenIdClient")
def unhashed_client_secret(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """HashedSecret of an OpenID client is no SHA-256 hash in base64.

    Why: the server compares the hash of what a caller sends, so no secret ever fits; and a clear secret does not belong in a
    configuration.

    Bad:
        <Profile Identifier="Job"/>
        <OpenIdClient Identifier="Job" DisplayName_L1="Job" Profile="Job" HashedSecret="not a hash"/>

    Good:
        <Profile Identifier="Job"/>
        <OpenIdClient Identifier="Job" DisplayName_L1="Job" Profile="Job" HashedSecret="y7Ysjj9ScUO7GzHhIk2HLcKqZRdlYMd5wYyZHLwkOt8="/>
    """
    secret = entry.get("HashedSecret")
    if secret and not SHA_256.fullmatch(secret.strip()):
        message = f"HashedSecret of client '{entry.get('Identifier') or ''}' is no SHA-256 hash in base64"
        yield Finding(
            entry, message, hint="make a secret with its hash with Usercube-New-OpenIDSecret, and write the hash here"
        )


@rule(
    "IDM7013",
    "unopened-property-group",
    Severity.INFO,
    on="AccessControlPropertyGroup",
    reads=("Identifier",),
    needs=(GROUPED, OPENED),
)
def unopened_property_group(entry: Entry, context: Context) -> Iterator[Finding]:
    """No access rule has an entry for a group of properties.

    Why: the values of grouped properties are shown to those whose rules have an entry with this PropertyGroup.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlPropertyGroup Identifier="Personal" DisplayName_L1="Personal"/>
        <AccessControlEntityType Identifier="HR_Person">
          <Property Identifier="Login" VisibilityGroup="Personal"/>
        </AccessControlEntityType>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person">
          <Entry Permission="/Custom/Resources/HR_Person/View" CanExecute="true"/>
        </AccessControlRule>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlPropertyGroup Identifier="Personal" DisplayName_L1="Personal"/>
        <AccessControlEntityType Identifier="HR_Person">
          <Property Identifier="Login" VisibilityGroup="Personal"/>
        </AccessControlEntityType>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person">
          <Entry Permission="/" PropertyGroup="Personal"/>
        </AccessControlRule>
    """
    group = entry.get("Identifier") or ""
    whole = context.is_whole and bool(context.names("AccessControlRule"))
    if whole and group in context.rows(GROUPED) and group not in context.rows(OPENED):
        hint = f'add <Entry Permission="/" PropertyGroup="{group}"/> to the rule of a profile that may see them'
        yield Finding(entry, f"no access rule opens the properties of group '{group}'", "Identifier", hint)
