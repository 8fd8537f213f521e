"""The driver of OData against services that answer as its versions 2 to 4 say."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from http_service import Asked, Authorities, Told, port_that, refused_address, service

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.odata_driver import ODataDriver
from idmxml.drivers.odata_metadata import read_metadata
from idmxml.drivers.odata_tables import named_tables, tables_of
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
COMPLETE = frozenset({Mode.COMPLETE})
NEVER_TOLD = "Zo\u00eb-never-told"
TOKEN, KEY = "token-never-told", "key-never-told"
METADATA = Path(__file__).parent / "metadata"
V4 = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
 <edmx:DataServices>
  <Schema Namespace="Contoso.Model" Alias="M" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   <TypeDefinition Name="Weight" UnderlyingType="Edm.Decimal"/>
   <EnumType Name="Gender"><Member Name="Female"/></EnumType>
   <ComplexType Name="City"><Property Name="Name" Type="Edm.String"/></ComplexType>
   <ComplexType Name="Location">
    <Property Name="Street" Type="Edm.String" MaxLength="80"/>
    <Property Name="City" Type="M.City"/>
   </ComplexType>
   <EntityType Name="Thing" Abstract="true">
    <Key><PropertyRef Name="Id"/></Key>
    <Property Name="Id" Type="Edm.Int32" Nullable="false"/>
   </EntityType>
   <EntityType Name="Person" BaseType="Contoso.Model.Thing">
    <Property Name="Name" Type="Edm.String" MaxLength="100"/>
    <Property Name="Mails" Type="Collection(Edm.String)"/>
    <Property Name="Homes" Type="Collection(M.Location)"/>
    <Property Name="Gender" Type="M.Gender"/>
    <Property Name="Weight" Type="M.Weight"/>
    <Property Name="Born" Type="Edm.DateTimeOffset"/>
    <Property Name="ManagerId" Type="Edm.Int32"/>
    <NavigationProperty Name="Friends" Type="Collection(M.Person)"/>
    <NavigationProperty Name="Manager" Type="Contoso.Model.Person">
     <ReferentialConstraint Property="ManagerId" ReferencedProperty="Id"/>
    </NavigationProperty>
   </EntityType>
   <EntityContainer Name="Container">
    <EntitySet Name="People" EntityType="Contoso.Model.Person">
     <NavigationPropertyBinding Path="Friends" Target="People"/>
    </EntitySet>
    <EntitySet Name="Elsewhere" EntityType="Other.Model.Place"/>
    <Singleton Name="Me" Type="M.Person"/>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""
V2 = """<?xml version="1.0"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
 <edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
  <Schema Namespace="Shop" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
   <EntityType Name="Product">
    <Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.Guid" Nullable="false"/>
    <Property Name="CategoryCode" Type="Edm.String" MaxLength="8"/>
    <Property Name="Released" Type="Edm.DateTime"/>
    <Property Name="Picture" Type="Edm.Binary" MaxLength="Max"/>
    <NavigationProperty Name="Category" Relationship="Shop.Product_Category" FromRole="Product" ToRole="Category"/>
   </EntityType>
   <EntityType Name="Category">
    <Key><PropertyRef Name="Code"/></Key>
    <Property Name="Code" Type="Edm.String" Nullable="false" MaxLength="8"/>
    <NavigationProperty Name="Products" Relationship="Shop.Product_Category" FromRole="Category" ToRole="Product"/>
   </EntityType>
   <Association Name="Product_Category">
    <End Role="Product" Type="Shop.Product" Multiplicity="*"/>
    <End Role="Category" Type="Shop.Category" Multiplicity="0..1"/>
    <ReferentialConstraint>
     <Principal Role="Category"><PropertyRef Name="Code"/></Principal>
     <Dependent Role="Product"><PropertyRef Name="CategoryCode"/></Dependent>
    </ReferentialConstraint>
   </Association>
   <EntityContainer Name="ShopData" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Products" EntityType="Shop.Product"/>
    <EntitySet Name="Categories" EntityType="Shop.Category"/>
    <EntitySet Name="OldCategories" EntityType="Shop.Category"/>
    <AssociationSet Name="Products_Categories" Association="Shop.Product_Category">
     <End Role="Product" EntitySet="Products"/>
     <End Role="Category" EntitySet="Categories"/>
    </AssociationSet>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""
V3 = """<Edmx Version="1.0" xmlns="http://schemas.microsoft.com/ado/2007/06/edmx"><DataServices>
 <Schema Namespace="N" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
  <ComplexType Name="Self"><Property Name="Note" Type="Edm.String"/><Property Name="Inner" Type="N.Self"/></ComplexType>
  <EntityType Name="A"><Key><PropertyRef Name="X"/><PropertyRef Name="Y"/></Key>
   <Property Name="X" Type="Edm.Int64"/><Property Name="Y" Type="Edm.Byte"/>
   <Property Name="Tags" Type="Collection(Edm.String)"/><Property Name="Self" Type="N.Self"/></EntityType>
  <EntityContainer Name="C"><EntitySet Name="As" EntityType="N.A"/></EntityContainer>
 </Schema></DataServices></Edmx>"""
DERIVED = """<Edmx Version="4.0" xmlns="http://docs.oasis-open.org/odata/ns/edmx"><DataServices>
 <Schema Namespace="N" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <ComplexType Name="Place"><Property Name="City" Type="Edm.String"/></ComplexType>
  <TypeDefinition Name="Short" UnderlyingType="Edm.String" MaxLength="9"/>
  <ComplexType Name="Office" BaseType="N.Place"><Property Name="Room" Type="Edm.Int16"/></ComplexType>
  <EntityType Name="Person"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32"/>
   <Property Name="At" Type="N.Place"/></EntityType>
  <EntityType Name="Employee" BaseType="N.Person"><Property Name="Salary" Type="Edm.Int64"/>
   <Property Name="Mark" Type="N.Short"/></EntityType>
  <EntityType Name="Manager" BaseType="N.Employee" OpenType="true"><Property Name="Salary" Type="Edm.String"/></EntityType>
  <EntityType Name="Thing"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32"/></EntityType>
  <EntityContainer Name="C"><EntitySet Name="People" EntityType="N.Person"/><EntitySet Name="Things" EntityType="N.Thing"/>
  </EntityContainer></Schema></DataServices></Edmx>"""
INT = ValueType.INT32
PEOPLE = (
    Table(
        "OD_People",
        (
            Column("Id", INT, key=KeyKind.PRIMARY),
            Column("Name", length=100),
            Column("Mails", is_multivalued=True),
            Column("Homes:Street", length=80, is_multivalued=True),
            Column("Homes:City:Name", is_multivalued=True),
            Column("Gender"),
            Column("Weight", ValueType.DOUBLE),
            Column("Born", ValueType.DATE_TIME),
            Column("ManagerId", INT, foreign_column="OD_People:Id"),
        ),
    ),
    Table(
        "OD_People_Friends",
        (
            Column("UsercubeNav_Friends:Id", INT, foreign_column="OD_People:Id"),
            Column("FriendsOf:Id", INT, foreign_column="OD_People:Id"),
        ),
    ),
    Table(
        "OD_People_Manager",
        (
            Column("UsercubeNav_Manager:Id", INT, foreign_column="OD_People:Id"),
            Column("ManagerOf:Id", INT, foreign_column="OD_People:Id"),
        ),
    ),
    Table("OD_Elsewhere"),
)


@dataclass(frozen=True)
class OData:
    """A service. ``instead`` are answers given in place of the right ones, by path."""

    instead: dict[str, Told] = field(default_factory=dict)
    metadata: str = V4

    def __call__(self, asked: Asked) -> Told:
        path = asked.path.removeprefix("/odata")
        if path in self.instead:
            return self.instead[path]
        if path == "/token":
            expected = {"grant_type": "client_credentials", "client_id": "app", "client_secret": KEY}
            return told({"access_token": TOKEN}) if asked.form == expected else told({"error": "invalid_client"}, 401)
        if path == "/$metadata":
            return Told(200, self.metadata.encode(), "application/xml")
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return told({}, 401)
        if path == "/People":
            assert asked.query == {"$top": "1"}
            return told({"value": [{"Id": 1, "Name": NEVER_TOLD}]})
        return told({}, 404)


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode())


def settings(address: str, **values: object) -> Settings:
    given = {"Server": Secret(f"{address}/odata/"), "BearerToken": Secret(TOKEN), **values}
    return Settings("OD", "Usercube.OData@0000001", given, deadline=time.monotonic() + 30)


def by_client(address: str, **values: object) -> dict[str, object]:
    client = {"ClientId": "app", "ClientSecret": Secret(KEY), "AuthenticationUrl": f"{address}/token"}
    return {"BearerToken": "", **client, **values}


def failing_cases(address: str, stack: ExitStack, authorities: Authorities) -> Iterator[FailingCase]:
    def of(answering: OData, tls: Any = None) -> str:
        return stack.enter_context(service(answering, tls))

    def case(name: str, failure: Failure, setting: str | None, at: str = address, **values: object) -> FailingCase:
        return FailingCase(name, settings(at, **values), failure, setting)

    def metadata(name: str, failure: Failure, answer: Told | str, setting: str = "Server") -> FailingCase:
        answer = answer if isinstance(answer, Told) else Told(200, answer.encode(), "application/xml")
        return case(name, failure, setting, of(OData({"/$metadata": answer})))

    doctype = V4.replace("<edmx:Edmx", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]><edmx:Edmx', 1)
    yield case("unknown name", Failure.NAME_UNKNOWN, "Server", "https://no-such-host.invalid")
    yield case("refused", Failure.REFUSED, "Server", refused_address())
    yield case("foreign", Failure.CERTIFICATE, "Server", of(OData(), authorities.foreign()))
    yield case("no TLS", Failure.TLS_FAILED, "Server", address.replace("http:", "https:"))
    yield case(
        "cut", Failure.CUT_OFF, "Server", stack.enter_context(port_that(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<"))
    )
    yield case("no address", Failure.SETTING_WRONG, "Server", "ftp://x")
    yield case("no port", Failure.SETTING_WRONG, "Server", "http://x:0")
    yield case("no secret", Failure.SETTING_MISSING, "ClientSecret", address, **by_client(address, ClientSecret=""))
    yield case("wrong secret", Failure.LOGIN_REFUSED, "ClientId", address, **by_client(address, ClientSecret=Secret("no")))
    yield case("colon", Failure.SETTING_WRONG, "Login", BearerToken="", Login="a:b", Password=Secret("c"))
    yield metadata("wants a login", Failure.LOGIN_REFUSED, told({}, 401), "BearerToken")
    yield metadata("denied", Failure.NO_RIGHT, told({}, 403), "BearerToken")
    yield metadata("absent", Failure.NOT_FOUND, told({}, 404))
    yield metadata("throttled", Failure.THROTTLED, told({}, 429))
    yield metadata("failing", Failure.CUT_OFF, told({}, 500))
    yield metadata("odd", Failure.MALFORMED_ANSWER, told({}, 400))
    yield metadata("web page", Failure.MALFORMED_ANSWER, Told(200, b"<html><br></html>", "text/html"))
    yield metadata("no XML", Failure.MALFORMED_ANSWER, V4[:-20])
    yield metadata("document type", Failure.MALFORMED_ANSWER, doctype)
    yield metadata("other XML", Failure.MALFORMED_ANSWER, "<service/>")
    yield metadata("no sets", Failure.SCHEMA_FAILED, '<Edmx Version="4.0"/>')
    yield replace(case("wrong token", Failure.LOGIN_REFUSED, "BearerToken", BearerToken=Secret("no")), stops_discovery=False)
    denied = of(OData({"/People": told({}, 403), "/Elsewhere": told({}, 403)}))
    yield replace(case("no right", Failure.NO_RIGHT, "BearerToken", denied), stops_discovery=False)


@pytest.fixture(scope="module")
def cases(stack: ExitStack, authorities: Authorities) -> dict[str, DriverCase]:
    address = stack.enter_context(service(OData()))
    encrypted = stack.enter_context(service(OData(), authorities.own()))
    secrets = (NEVER_TOLD, TOKEN, KEY, address.rpartition("/")[2])
    failing = tuple(failing_cases(address, stack, authorities))
    plain = DriverCase("token", ODataDriver(), settings(address), PEOPLE, COMPLETE, failing, secrets)
    client = DriverCase("client", ODataDriver(), settings(encrypted, **by_client(encrypted)), PEOPLE, COMPLETE, (), secrets)
    return {str(each): each for each in (plain, client)}


def timely(case: DriverCase) -> DriverCase:
    """The case with limits of time that begin now."""
    end = time.monotonic() + 60
    failing = tuple(replace(each, settings=replace(each.settings, deadline=end)) for each in case.failing)
    return replace(case, settings=replace(case.settings, deadline=end), failing=failing)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["token", "client"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    requirement(timely(cases[name]))


def test_silence_is_told_at_the_stage_that_met_it() -> None:
    with port_that(None) as address:
        given = replace(settings(address), deadline=time.monotonic() + 0.5)
        with pytest.raises(StageFailure) as failure:
            list(ODataDriver().check(given, Mode.COMPLETE))
    assert (failure.value.failure, failure.value.stage) == (Failure.TIMEOUT, Stage.READ)
    assert failure.value.setting == "Server"


def test_associations_of_version_2_are_followed() -> None:
    products, category, categories, *_old = tables_of(read_metadata(V2.encode()))
    assert products.columns == (
        Column("ID", ValueType.GUID, key=KeyKind.PRIMARY),
        Column("CategoryCode", length=8, foreign_column="Categories:Code"),
        Column("Released", ValueType.DATE_TIME),
        Column("Picture", ValueType.BINARY),
    )
    assert category == Table(
        "Products_Category",
        (
            Column("UsercubeNav_Category:Code", length=8, foreign_column="Categories:Code"),
            Column("CategoryOf:ID", ValueType.GUID, foreign_column="Products:ID"),
        ),
    )
    assert categories.columns == (Column("Code", length=8, key=KeyKind.PRIMARY),)


def test_keys_of_several_properties_and_types_in_themselves_are_read() -> None:
    (found,) = tables_of(read_metadata(V3.encode()))
    assert found.columns[:3] == (
        Column("X", ValueType.INT64, key=KeyKind.PRIMARY),
        Column("Y", ValueType.BYTE, key=KeyKind.PRIMARY),
        Column("Tags", is_multivalued=True),
    )
    assert "Self:Inner:Note" in found.by_name


def test_properties_of_types_that_are_based_on_that_of_a_set_are_columns() -> None:
    wanted = Wanted(None, {"OD_people": frozenset({"Salary", "Undeclared"}), "OD_Things": frozenset({"Undeclared"})})
    people, things = named_tables(read_metadata(DERIVED.encode()), "OD_{}".format, wanted)
    assert people.columns == (
        Column("Id", INT, key=KeyKind.PRIMARY),
        Column("At:City"),
        Column("At:Room", ValueType.INT16),
        Column("Salary", ValueType.INT64),
        Column("Mark", length=9),
        Column("Undeclared"),
    )
    assert things.columns == (Column("Id", INT, key=KeyKind.PRIMARY),)


@pytest.mark.parametrize("version", ["v2", "v4"])
def test_metadata_of_sap_cap_tells_the_same_in_both_versions(version: str) -> None:
    """As @sap/cds 9.9 and @cap-js-community/odata-v2-adapter answered for one model."""
    body = (METADATA / f"cap-{version}.xml").read_bytes()
    assert tuple(named_tables(read_metadata(body), "OD_{}".format, ALL)) == (
        Table(
            "OD_Persons",
            (
                Column("ID", INT, key=KeyKind.PRIMARY),
                Column("name", length=80),
                Column("born", ValueType.DATE_TIME),
                Column("weight", ValueType.DOUBLE),
                Column("mails", is_multivalued=True),
                Column("boss_ID", INT, foreign_column="OD_Persons:ID"),
                Column("dept_code", length=8, foreign_column="OD_Departments:code"),
            ),
        ),
        Table("OD_Persons_boss", link(("boss", "ID", "Persons", 0), ("boss", "ID", "Persons", 0))),
        Table("OD_Persons_dept", link(("dept", "code", "Departments", 8), ("dept", "ID", "Persons", 0))),
        Table("OD_Departments", (Column("code", length=8, key=KeyKind.PRIMARY),)),
        Table("OD_Departments_people", link(("people", "ID", "Persons", 0), ("people", "code", "Departments", 8))),
    )


def link(*ends: tuple[str, str, str, int]) -> tuple[Column, ...]:
    """The two columns of the table of a way, of which each end is given by way, key, entity set and length of the key."""
    names = ("UsercubeNav_{}:{}", "{}Of:{}")
    return tuple(
        Column(name.format(way, key), ValueType.STRING if length else INT, length, foreign_column=f"OD_{table}:{key}")
        for name, (way, key, table, length) in zip(names, ends, strict=True)
    )


def test_service_without_simple_queries_is_not_called_unreadable() -> None:
    with service(OData({"/People": told({}, 400)})) as address:
        result = ordered(Mode.COMPLETE, ODataDriver().check(settings(address), Mode.COMPLETE))
    statuses = {each.stage: each.status for each in result.stages}
    assert statuses[Stage.READ] == statuses[Stage.COMPLETE] == "skipped"
    assert statuses[Stage.SCHEMA] == "passed"


def test_entity_sets_that_cannot_be_read_or_known_are_told() -> None:
    with service(OData({"/Elsewhere": told({}, 403)})) as address:
        found = list(ODataDriver().check(settings(address), Mode.COMPLETE))
    warnings = [text for each in found for text in each.warnings]
    assert "'Elsewhere' can't be read: status 403" in warnings
    assert "the metadata does not tell all of the types of 'OD_Elsewhere', so its columns are not known" in warnings


def test_type_that_is_based_on_itself_ends() -> None:
    text = V4.replace('Name="Thing" Abstract="true"', 'Name="Thing" BaseType="M.Person"')
    assert all(not each.columns for each in tables_of(read_metadata(text.encode())))


def test_no_login_is_told_when_one_is_wanted() -> None:
    with service(OData()) as address, pytest.raises(StageFailure) as failure:
        list(ODataDriver().check(settings(address, BearerToken=""), Mode.COMPLETE))
    assert failure.value.failure is Failure.LOGIN_REFUSED
    assert "BearerToken" in failure.value.hint


def test_discovery_reads_no_data() -> None:
    asked: list[str] = []

    def answering(request: Asked) -> Told:
        asked.append(request.path)
        return OData()(request)

    with service(answering) as address:
        ODataDriver().discover(settings(address), ALL)
    assert asked == ["/odata/$metadata"]
