import gzip
import io
import json
from pathlib import Path

import openpyxl
import pytest
from command_run import MakeRepository

from idmxml.drivers.sql_types import typed
from idmxml.errors import UsageError
from idmxml.inventory import take_inventory
from idmxml.live.plans import Plan
from idmxml.live.samples import read_sample
from idmxml.options import CheckOptions
from idmxml.snapshots.canonical import canonical

DECLARED = """
<Connector Identifier="C" DisplayName_L1="C"/>
<Connection Identifier="X" DisplayName_L1="X" Connector="C" Package="{}"/>
"""
DDL = """
-- accounts
CREATE TABLE [dbo].[Account] (
  Id int IDENTITY NOT NULL PRIMARY KEY, Login nvarchar(80) NOT NULL UNIQUE, Boss int REFERENCES Account (Id),
  Photo varbinary(max), Enabled bit, Changed datetime2, Key_ uniqueidentifier, Big bigint, Price decimal(9,2), Note ntext);
CREATE TABLE Grants (Account int, Role varchar(20), CONSTRAINT pk PRIMARY KEY (Account, Role),
  FOREIGN KEY (Account) REFERENCES dbo.Account (Id));
CREATE VIEW v AS SELECT 1 AS one;
"""
LDIF = "version: 1\n\ndn: cn=x\nobjectClass: top\nobjectClass: person\ncn: x\nmail;lang-fr: a\n\ndn: cn=y\nsn: y\n"
V2_ROWS = {"d": {"results": [{"__metadata": {"uri": "x"}, "Id": 1, "Boss": {"__deferred": {"uri": "y"}}}]}}
V4_ROWS = {
    "@odata.context": "x",
    "value": [{"@odata.etag": "y", "Id": 1, "Photo@odata.mediaReadLink": "z", "Home": None}, {"Home": {"City": "a"}}],
}
LONE_SCHEMA = b'{"id": "urn:x:Container", "attributes": [{"name": "a"}]}'
ROWS = {"value": [{"id": "a", "n": 1, "on": True}, {"id": "b", "n": 5000000000, "tags": ["x"], "inner": {"deep": 1.5}}]}


def sheets() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Users"
    book.worksheets[0].append(["id", "name"])
    book.create_sheet("Empty")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def columns(text: bytes) -> list[str]:
    lines = text.decode().splitlines()
    return [each.strip().removeprefix("<").removesuffix(" />").removesuffix(">") for each in lines[3:-1] if "</" not in each]


CASES = {
    ("Usercube.CSV@0000001", "anything.csv"): (
        b"b,a\n1,2\n",
        ['ConnectionTable Identifier="X" Connection="X"', 'Column Identifier="a"', 'Column Identifier="b"'],
    ),
    ("Usercube.Okta@0000001", "users.csv"): (
        b"b;a\n1;2\n",
        ['ConnectionTable Identifier="X_users" Connection="X"', 'Column Identifier="a"', 'Column Identifier="b"'],
    ),
    ("Usercube.Okta@0000001", "Groups.CSV.GZ"): (
        gzip.compress(b'"a,b, c";d\n1;2\n'),
        ['ConnectionTable Identifier="X_groups" Connection="X"', 'Column Identifier="a,b, c"', 'Column Identifier="d"'],
    ),
    ("Usercube.AD@0000001", "x_member.csv"): (
        b"dn,member\n",
        ['ConnectionTable Identifier="X_member" Connection="X"', 'Column Identifier="dn"', 'Column Identifier="member"'],
    ),
    ("Usercube.AD@0000001", "people.ldif"): (
        LDIF.encode(),
        [
            'ConnectionTable Identifier="X_entries" Connection="X"',
            *('Column Identifier="cn"', 'Column Identifier="dn"', 'Column Identifier="mail"'),
            *('Column Identifier="objectClass" IsMultivalued="true"', 'Column Identifier="sn"'),
        ],
    ),
    ("Usercube.Okta@0000001", "book.xlsx"): (
        sheets(),
        ['ConnectionTable Identifier="X_users" Connection="X"', 'Column Identifier="id"', 'Column Identifier="name"'],
    ),
    ("Usercube.OData@0000001", "Things.json"): (
        json.dumps(ROWS).encode(),
        [
            'ConnectionTable Identifier="X_Things" Connection="X"',
            'Column Identifier="id"',
            'Column Identifier="inner:deep" ValueType="Double"',
            'Column Identifier="n" ValueType="Int64"',
            'Column Identifier="on" ValueType="Bool"',
            'Column Identifier="tags" IsMultivalued="true"',
        ],
    ),
    ("Usercube.OData@0000001", "Old.json"): (
        json.dumps(V2_ROWS).encode(),
        ['ConnectionTable Identifier="X_Old" Connection="X"', 'Column Identifier="Id" ValueType="Int32"'],
    ),
    ("Usercube.OData@0000001", "New.json"): (
        json.dumps(V4_ROWS).encode(),
        [
            'ConnectionTable Identifier="X_New" Connection="X"',
            'Column Identifier="Home:City"',
            'Column Identifier="Id" ValueType="Int32"',
        ],
    ),
    ("Usercube.SQL.SQLServer@0000001", "tables.sql"): (
        DDL.encode(),
        [
            'ConnectionTable Identifier="X_Account" Connection="X"',
            'Column Identifier="Big" ValueType="Int64"',
            'Column Identifier="Boss" ForeignColumn="X_Account:Id" ValueType="Int32"',
            'Column Identifier="Changed" ValueType="DateTime"',
            'Column Identifier="Enabled" ValueType="Bool"',
            'Column Identifier="Id" KeyType="1" ValueType="Int32"',
            'Column Identifier="Key_" ValueType="Guid"',
            'Column Identifier="Login" KeyType="2" ValueLength="80"',
            'Column Identifier="Note"',
            'Column Identifier="Photo" ValueType="Binary"',
            'Column Identifier="Price" ValueType="Double"',
            'ConnectionTable Identifier="X_Grants" Connection="X"',
            'Column Identifier="Account" ForeignColumn="X_Account:Id" KeyType="1" ValueType="Int32"',
            'Column Identifier="Role" KeyType="1" ValueLength="20"',
        ],
    ),
}


def plan(repository: MakeRepository, package: str, **values: str) -> Plan:
    settings = json.dumps({"Connections": {"X": values}} if values else {})
    root = repository({"Conf/x.xml": DECLARED.format(package), "appsettings.agent.json": settings})
    inventory = take_inventory(root, CheckOptions(jobs=1))
    return Plan(inventory, inventory.section("X"))


@pytest.mark.parametrize(("package", "name"), CASES, ids=lambda each: each)
def test_samples_tell_tables(repository: MakeRepository, tmp_path: Path, package: str, name: str) -> None:
    content, expected = CASES[package, name]
    file = tmp_path / name
    file.write_bytes(content)
    found = read_sample(file, plan(repository, package))
    assert found.sample == name
    assert columns(canonical(found)) == expected


@pytest.mark.parametrize(
    ("package", "declared"),
    [
        ("Usercube.SQL.MySQL@0000001", "int unsigned|tinyint(1)|year|decimal(10,0)|smallint unsigned|bit(8)|varchar(5)"),
        ("Usercube.SQL.PostgreSQL@0000001", "smallserial|character varying(20)|numeric(5)|bytea|timestamp with time zone|uuid"),
        ("Usercube.SQL.Oracle@0000001", "NUMBER(10)|NUMBER(5,2)|VARCHAR2(20 CHAR)|RAW(16)|CLOB|TIMESTAMP(6) WITH TIME ZONE"),
        ("Usercube.SQL.SQLServer@0000001", "rowversion|nvarchar(max)|nvarchar(20)|datetimeoffset|money|decimal(9,0)|bit"),
    ],
)
def test_types_of_statements_are_those_of_the_database(
    repository: MakeRepository, tmp_path: Path, package: str, declared: str
) -> None:
    types = declared.split("|")
    columns = ", ".join(f"c{number} {each}" for number, each in enumerate(types))
    file = tmp_path / "tables.sql"
    file.write_text(f"CREATE TABLE t ({columns})", encoding="utf-8")
    (found,) = read_sample(file, plan(repository, package)).tables
    assert [(each.value_type, each.length) for each in found.columns] == [typed(each) for each in types]


@pytest.mark.parametrize(("name", "table"), [("rows.csv", "X"), ("tables.sql", "X_rows")])
def test_rows_of_a_query_are_the_table_of_the_connection(
    repository: MakeRepository, tmp_path: Path, name: str, table: str
) -> None:
    file = tmp_path / name
    file.write_text("id,name\n1,2\n" if name.endswith("csv") else "CREATE TABLE rows (id int)", encoding="utf-8")
    found = read_sample(file, plan(repository, "Usercube.SQL@0000001", SqlCommand="SELECT id FROM rows"))
    assert [each.identifier for each in found.tables] == [table]


@pytest.mark.parametrize("name", ["people.dat", "people"])
def test_files_of_the_package_may_have_any_name(repository: MakeRepository, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("id;name\n1;2\n", encoding="utf-8")
    (found,) = read_sample(file, plan(repository, "Usercube.CSV@0000001", Separator=";")).tables
    assert [each.identifier for each in found.columns] == ["id", "name"]


@pytest.mark.parametrize(
    ("package", "sample", "told"),
    [
        ("Usercube.CSV@0000001", ("a.csv", b""), "a.csv is empty"),
        ("Usercube.Okta@0000001", ("a.pdf", b"x"), "its name has to end with"),
        ("Usercube.Okta@0000001", ("a.csv", b"a,\xe9\n"), "a.csv is not in its encoding.*; save the sample as UTF-8"),
        ("Usercube.Okta@0000001", ("a.csv", b"a,a\n"), "twice; correct the header of the sample"),
        ("Usercube.Okta@0000001", ("a.sql", b"\xe9"), "a.sql is no UTF-8 text; save the sample as UTF-8"),
        ("Usercube.Okta@0000001", ("a.json", b"{"), "is no JSON"),
        ("Usercube.Okta@0000001", ("a.json", b"[]"), "tells no table"),
        ("Usercube.OData@0000001", ("a.edmx", b"<a>"), "a.edmx holds no metadata: it is no well-formed XML"),
        ("Usercube.OData@0000001", ("a.edmx", b"<Edmx/>"), "tells no table"),
        (
            "Usercube.OData@0000001",
            ("a.json", b'{"$Version": "4.01", "N": {}}'),
            "metadata in JSON, which is not read; get",
        ),
        ("Usercube.SCIM@0000001", ("a.json", LONE_SCHEMA), "no resource type is known for the schemas of a.json; gather"),
        ("Usercube.SQL@0000001", ("a.sql", b"CREATE TABLE ((("), "can't be read"),
        ("Usercube.AD@0000001", ("a.ldif", b"x\n"), "no LDIF"),
    ],
)
def test_samples_that_tell_nothing(
    repository: MakeRepository, tmp_path: Path, package: str, sample: tuple[str, bytes], told: str
) -> None:
    file = tmp_path / sample[0]
    file.write_bytes(sample[1])
    with pytest.raises(UsageError, match=told):
        read_sample(file, plan(repository, package))
