"""Schemas of directories as recorded from servers that the tests can't run, and those that no server has."""

import json

import pytest
from ldap3.protocol.schemas.ds389 import ds389_1_3_3_schema
from ldap3.protocol.schemas.edir914 import edir_9_1_4_schema

from idmxml.drivers.directory_schema import (
    Attribute,
    DirectorySchema,
    ObjectClass,
    TableNames,
    entries_table,
    link_table,
)
from idmxml.drivers.openldap_driver import sync_request
from idmxml.drivers.subschema import parse_subschema
from idmxml.snapshots.snapshot import Column, KeyKind, ValueType
from idmxml.stages import StageFailure

NAMES = TableNames("RH_entries")


def recorded(text: str) -> DirectorySchema:
    raw = json.loads(text)["raw"]
    return parse_subschema(raw["attributeTypes"], raw["objectClasses"])


def test_the_schema_of_red_hat_as_recorded() -> None:
    schema = recorded(ds389_1_3_3_schema)
    columns = entries_table(schema, NAMES).by_name
    assert columns["nsUniqueId"].key is KeyKind.PRIMARY
    assert columns["dn"].key is KeyKind.UNIQUE
    assert columns["uid"].is_multivalued
    assert columns["displayName"] == Column("displayName", group="inetOrgPerson")
    assert columns["uniqueMember"].foreign_column == "RH_entries:dn"
    assert columns["createTimestamp"].value_type is ValueType.DATE_TIME
    assert "namingContexts" not in columns
    assert {"member", "uniqueMember", "manager"} <= {each.name for each in schema.links}
    assert columns.keys() == {each.identifier for each in entries_table(schema, NAMES).columns}


def test_the_schema_of_edirectory_as_recorded() -> None:
    columns = entries_table(recorded(edir_9_1_4_schema), NAMES).by_name
    assert columns["member"].is_multivalued
    assert columns["cn"].length == 64


def test_classes_hand_down_what_they_have() -> None:
    attributes = [Attribute(each) for each in ("cn", "sn", "mail", "unused", "photo")]
    classes = [
        ObjectClass("top", ("cn",), is_usable=False),
        ObjectClass("abstract", ("unused",), ("top",), is_usable=False),
        ObjectClass("person", ("sn",), ("top",), ("mailbox",)),
        ObjectClass("mailbox", ("mail", "nowhere"), ("mailbox",), is_usable=False),
        ObjectClass("pictured", ("photo", "sn"), ("missing",)),
        ObjectClass("employee", (), ("person",)),
    ]
    schema = DirectorySchema.of(attributes, classes)
    assert schema.groups == {"cn": "top", "sn": "person", "mail": "mailbox", "photo": "pictured"}
    assert [each.name for each in schema.usable] == ["cn", "sn", "mail", "photo"]


def test_a_directory_without_lasting_keys_tells_entries_apart_by_name() -> None:
    schema = DirectorySchema.of([Attribute("cn")], [ObjectClass("person", ("cn",))])
    assert entries_table(schema, NAMES).by_name["dn"].key is KeyKind.PRIMARY
    assert [each.identifier for each in link_table(schema, NAMES, "RH_nothing", "nothing").columns] == ["dn"]


def test_types_inherit_their_syntax() -> None:
    types = [
        "( 1.1 NAME 'name' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{128} )",
        "( 1.2 NAME ( 'nick' 'nickName' ) SUP name SINGLE-VALUE )",
        "( 1.3 NAME 'loop' SUP loop )",
    ]
    schema = parse_subschema(types, ["( 2.1 NAME 'thing' STRUCTURAL MAY ( name $ nickName $ loop ) )"])
    assert schema.attributes["nick"] == Attribute("nick", length=128, is_multivalued=False, aliases=("nickName",))
    assert schema.groups == {"name": "thing", "nick": "thing", "loop": "thing"}


@pytest.mark.parametrize("types", [["nonsense"], ["("], ["( NAME"]])
def test_a_schema_that_is_none_is_told(types: list[str]) -> None:
    try:
        parse_subschema(types, types)
    except StageFailure as failure:
        assert "can't be understood" in failure.message  # noqa: PT017  it may read it or fail, in no other way


@pytest.mark.parametrize("length", [0, 1, 127, 128, 300, 70_000])
def test_sync_requests_are_well_formed(length: int) -> None:
    from pyasn1.codec.ber.decoder import decode

    cookie = b"c" * length
    sequence, rest = decode(sync_request(cookie))
    assert not rest
    assert int(sequence[0]) == 1
    given = [bytes(sequence[place]) for place in range(1, len(sequence))]
    assert given == ([cookie] if cookie else [])
