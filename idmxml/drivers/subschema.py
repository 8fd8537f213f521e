"""The schema that LDAP servers publish in their subschema entry (RFC 4512): read, and turned into attributes and classes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from idmxml.drivers.directory_requests import ANYTHING, BASE, Entry, Search
from idmxml.drivers.directory_schema import Attribute, DirectorySchema, ObjectClass
from idmxml.drivers.directory_session import Session
from idmxml.snapshots.snapshot import ValueType
from idmxml.stages import Failure, Stage, StageFailure

SYNTAX_ROOT: Final = "1.3.6.1.4.1.1466.115.121.1."
NAME_SYNTAXES: Final = frozenset({f"{SYNTAX_ROOT}12", f"{SYNTAX_ROOT}34"})
TYPES: Final = {
    "1.3.6.1.1.16.1": ValueType.GUID,
    **dict.fromkeys((f"{SYNTAX_ROOT}{each}" for each in (4, 5, 8, 9, 10, 23, 28, 40)), ValueType.BINARY),
    f"{SYNTAX_ROOT}7": ValueType.BOOL,
    f"{SYNTAX_ROOT}27": ValueType.INT64,  # an INTEGER of LDAP has no limit
    **dict.fromkeys((f"{SYNTAX_ROOT}{each}" for each in (24, 53)), ValueType.DATE_TIME),
}
ABOUT_THE_SCHEMA: Final = frozenset(
    (
        "attributetypes",
        "objectclasses",
        "matchingrules",
        "matchingruleuse",
        "ldapsyntaxes",
        "ditcontentrules",
        "ditstructurerules",
        "nameforms",
    )
)
"""Attributes of the subschema entry alone, which no export reads."""
OPERATIONAL: Final = frozenset({"directory_operation", "distributed_operation"})
"""Uses of attributes that servers keep on entries by themselves; those of the server itself are not among them."""


def read_subschema(session: Session, root: Entry) -> DirectorySchema:
    """The schema of the server; StageFailure when it publishes none that this account may read."""
    place = root.text("subschemaSubentry") or "cn=subschema"
    search = Search(place, ANYTHING, BASE, ("attributeTypes", "objectClasses"), is_paged=False)
    answer = session.search(search, Stage.SCHEMA)
    types, classes = (answer.entries[0].texts(each) if answer.entries else () for each in ("attributeTypes", "objectClasses"))
    if not types or not classes:
        message = "the server shows this account no attribute types and object classes in its subschema entry"
        raise StageFailure(Failure.SCHEMA_FAILED, message)
    return parse_subschema(types, classes)


def parse_subschema(types: Iterable[str], classes: Iterable[str]) -> DirectorySchema:
    """The schema from the definitions of attribute types and object classes, as RFC 4512 writes them."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.protocol.rfc4512 import AttributeTypeInfo, ObjectClassInfo

    try:
        known: Any = AttributeTypeInfo.from_definition(list(types))  # type: ignore[no-untyped-call]
        described: Any = ObjectClassInfo.from_definition(list(classes))  # type: ignore[no-untyped-call]
        return DirectorySchema.of(_attributes(known), _classes(described))
    except (LDAPException, ValueError, IndexError, KeyError) as error:
        message = f"the schema of the server can't be understood ({type(error).__name__})"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, stage=Stage.SCHEMA) from None


def _once(infos: Mapping[str, Any]) -> Iterator[Any]:
    """The definitions, which ldap3 files under each of their names, once each."""
    seen: set[int] = set()
    for info in infos.values():
        if id(info) not in seen:
            seen.add(id(info))
            yield info


def _names(info: Any) -> tuple[str, ...]:
    named = info.name if isinstance(info.name, list | tuple) else [info.name] if info.name else []
    return tuple(str(each) for each in named if each) or (str(info.oid),)


def _attributes(infos: Mapping[str, Any]) -> Iterator[Attribute]:
    for info in _once(infos):
        first, *aliases = _names(info)
        if first.lower() in ABOUT_THE_SCHEMA:
            continue
        line = _line(info, infos)
        syntax = next((each.syntax for each in line if each.syntax), "").strip("'").partition("{")[0]
        length = next((int(each.min_length) for each in line if str(each.min_length or "").isdecimal()), 0)
        value_type = TYPES.get(syntax, ValueType.STRING)
        is_name = syntax in NAME_SYNTAXES
        yield Attribute(
            first,
            value_type,
            length if value_type is ValueType.STRING else 0,
            not info.single_value,
            is_name,
            is_name and not info.single_value,
            str(info.usage or "").lower() in OPERATIONAL,
            tuple(aliases),
        )


def _line(info: Any, infos: Mapping[str, Any]) -> list[Any]:
    """A type with those it inherits from."""
    line = [info]
    while line[-1].superior:
        superior = line[-1].superior
        name = superior[0] if isinstance(superior, list | tuple) else superior
        above = infos.get(str(name))
        if above is None or above in line:
            break
        line.append(above)
    return line


def _classes(infos: Mapping[str, Any]) -> Iterator[ObjectClass]:
    for info in _once(infos):
        superior = info.superior or ()
        superiors = tuple(superior) if isinstance(superior, list | tuple) else (str(superior),)
        own = tuple(dict.fromkeys((*_listed(info.must_contain), *_listed(info.may_contain))))
        yield ObjectClass(_names(info)[0], own, superiors, is_usable=str(info.kind or "").lower() != "abstract")


def _listed(names: Any) -> tuple[str, ...]:
    return tuple(names) if isinstance(names, list | tuple) else (str(names),) if names else ()
