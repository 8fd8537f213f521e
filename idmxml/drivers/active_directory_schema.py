"""The schema of Active Directory and AD LDS, from the objects of its schema partition: classes with all they inherit."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from idmxml.drivers.directory_answers import SIZE_LIMIT
from idmxml.drivers.directory_requests import ONE_LEVEL, Entry, Search
from idmxml.drivers.directory_schema import Attribute, DirectorySchema, ObjectClass
from idmxml.drivers.directory_session import Session
from idmxml.snapshots.snapshot import ValueType
from idmxml.stages import Failure, Stage, StageFailure

ABSTRACT: Final = "2"
LINK_SYNTAX: Final = "2.5.5.1"
NAMES: Final = frozenset({LINK_SYNTAX})
LINKS: Final = frozenset({LINK_SYNTAX, "2.5.5.7", "2.5.5.14"})
TYPES: Final = {
    "2.5.5.8": ValueType.BOOL,
    "2.5.5.9": ValueType.INT32,
    "2.5.5.10": ValueType.BINARY,
    "2.5.5.11": ValueType.DATE_TIME,
    "2.5.5.15": ValueType.BINARY,
    "2.5.5.16": ValueType.INT64,
    "2.5.5.17": ValueType.BYTES,
}
GUID: Final = re.compile(r"guid$", re.IGNORECASE)
GUID_LENGTH: Final = "16"
ATTRIBUTE_FILTER: Final = "(objectClass=attributeSchema)"
LINK_FILTER: Final = "(&(objectClass=attributeSchema)(linkID=*))"
CLASS_FILTER: Final = "(objectClass=classSchema)"
ATTRIBUTE_FIELDS: Final = (
    "lDAPDisplayName",
    "attributeSyntax",
    "isSingleValued",
    "rangeLower",
    "rangeUpper",
    "linkID",
    "isDefunct",
)
OWN: Final = ("systemMustContain", "mustContain", "systemMayContain", "mayContain")
AUXILIARY: Final = ("systemAuxiliaryClass", "auxiliaryClass")
CLASS_FIELDS: Final = ("lDAPDisplayName", "subClassOf", "objectClassCategory", "isDefunct", *OWN, *AUXILIARY)


def read_active_directory_schema(session: Session, root: Entry, *, links_only: bool = False) -> DirectorySchema:
    """The schema of the forest or instance, or its link attributes alone; StageFailure when the account may not read it."""
    place = root.text("schemaNamingContext")
    if not place:
        message = "the server names no schema partition, so it is neither Active Directory nor AD LDS"
        hint = "check the address, or use the package of another directory"
        raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.access.server_setting, hint=hint)
    attributes = _objects(session, place, LINK_FILTER if links_only else ATTRIBUTE_FILTER, ATTRIBUTE_FIELDS)
    classes = _objects(session, place, CLASS_FILTER, CLASS_FIELDS)
    if not attributes or not classes:
        raise StageFailure(Failure.SCHEMA_FAILED, "the server shows this account no attributes or classes of its schema")
    return DirectorySchema.of(_attributes(attributes), _classes(classes))


def _objects(session: Session, place: str, text: str, fields: tuple[str, ...]) -> list[Entry]:
    answer = session.search(Search(place, text, ONE_LEVEL, fields), Stage.SCHEMA)
    if answer.code == SIZE_LIMIT:
        raise StageFailure(Failure.SCHEMA_FAILED, "the server cut its schema off at a limit of size")
    known = [each for each in answer.entries if each.text("isDefunct").upper() != "TRUE" and each.text("lDAPDisplayName")]
    return sorted(known, key=lambda each: each.text("lDAPDisplayName"))


def _attributes(objects: Iterable[Entry]) -> Iterator[Attribute]:
    for each in objects:
        name, syntax, upper = each.text("lDAPDisplayName"), each.text("attributeSyntax"), each.text("rangeUpper")
        value_type = TYPES.get(syntax, ValueType.STRING)
        if value_type is ValueType.BINARY and each.text("rangeLower") == upper == GUID_LENGTH and GUID.search(name):
            value_type = ValueType.GUID
        is_text = value_type is ValueType.STRING and syntax not in LINKS
        yield Attribute(
            name,
            value_type,
            int(upper) if is_text and upper.isdecimal() else 0,
            each.text("isSingleValued").upper() != "TRUE",
            syntax in NAMES,
            syntax in LINKS and _is_forward(each.text("linkID")),
        )


def _is_forward(number: str) -> bool:
    """Whether a link goes forward: those backward are worked out by the server, and no export reads them as tables."""
    return number.isdecimal() and int(number) % 2 == 0


def _classes(objects: Iterable[Entry]) -> Iterator[ObjectClass]:
    for each in objects:
        own = tuple(dict.fromkeys(name for field in OWN for name in each.texts(field)))
        auxiliaries = tuple(name for field in AUXILIARY for name in each.texts(field))
        is_usable = each.text("objectClassCategory") != ABSTRACT
        yield ObjectClass(each.text("lDAPDisplayName"), own, each.texts("subClassOf"), auxiliaries, is_usable)
