"""A service of OData 4 made with the project odatapy: departments and people, behind a login."""

import base64
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odatapy.data import Entity, ValueType
from odatapy.edm.csdl import (
    CsdlAbstractEdmProvider,
    CsdlComplexType,
    CsdlEntityContainer,
    CsdlEntitySet,
    CsdlEntityType,
    CsdlEnumMember,
    CsdlEnumType,
    CsdlNavigationProperty,
    CsdlNavigationPropertyBinding,
    CsdlProperty,
    CsdlPropertyRef,
    CsdlReferentialConstraint,
    CsdlSchema,
)
from odatapy.server import OData
from odatapy.server.adapters import ODataWSGIApp
from odatapy.server.inmemory import InMemoryDataStore, InMemoryProcessor
from wsgi_service import wsgi_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGIN, PASSWORD = "reader", "password-never-told"
NEVER_TOLD = "Zoë-never-told"
AUTHORIZATION = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
THING = CsdlEntityType(
    name="Thing",
    abstract=True,
    key=[CsdlPropertyRef(name="Id")],
    properties=[CsdlProperty(name="Id", type="Edm.Int32", nullable=False)],
)
PERSON = CsdlEntityType(
    name="Person",
    base_type="Demo.Thing",
    properties=[
        CsdlProperty(name="Name", type="Edm.String", max_length=80),
        CsdlProperty(name="Mails", type="Edm.String", collection=True),
        CsdlProperty(name="Home", type="Demo.Place"),
        CsdlProperty(name="Kind", type="Demo.Kind"),
        CsdlProperty(name="Born", type="Edm.Date"),
        CsdlProperty(name="Weight", type="Edm.Decimal", precision=5, scale=2),
        CsdlProperty(name="DepartmentCode", type="Edm.String", max_length=8),
    ],
    navigation_properties=[
        CsdlNavigationProperty(
            name="Department",
            type="Demo.Department",
            partner="People",
            referential_constraints=[CsdlReferentialConstraint(property="DepartmentCode", referenced_property="Code")],
        )
    ],
)
DEPARTMENT = CsdlEntityType(
    name="Department",
    key=[CsdlPropertyRef(name="Code")],
    properties=[CsdlProperty(name="Code", type="Edm.String", nullable=False, max_length=8)],
    navigation_properties=[
        CsdlNavigationProperty(name="People", type="Demo.Person", collection=True, partner="Department"),
    ],
)
PLACE = CsdlComplexType(name="Place", properties=[CsdlProperty(name="City", type="Edm.String")])
KIND = CsdlEnumType(name="Kind", members=[CsdlEnumMember(name="Employee", value=0)])
SETS = [
    CsdlEntitySet(
        name="People",
        type="Demo.Person",
        navigation_property_bindings=[CsdlNavigationPropertyBinding(path="Department", target="Departments")],
    ),
    CsdlEntitySet(
        name="Departments",
        type="Demo.Department",
        navigation_property_bindings=[CsdlNavigationPropertyBinding(path="People", target="People")],
    ),
]


class Provider(CsdlAbstractEdmProvider):
    def get_schemas(self) -> list[CsdlSchema]:
        return [
            CsdlSchema(
                namespace="Demo",
                alias="D",
                entity_types=[THING, PERSON, DEPARTMENT],
                complex_types=[PLACE],
                enum_types=[KIND],
                entity_container=CsdlEntityContainer(name="Container", entity_sets=SETS),
            )
        ]


@contextmanager
def odatapy_partner() -> Iterator[str]:
    """The address of the service."""
    odata = OData.new_instance()
    handler = odata.create_handler(odata.create_service_metadata(Provider()))
    store = InMemoryDataStore()
    person = Entity()
    person.set_property("Id", 1, ValueType.PRIMITIVE, "Edm.Int32")
    person.set_property("Name", NEVER_TOLD, ValueType.PRIMITIVE, "Edm.String")
    store.set_entities("People", [person])
    handler.register(InMemoryProcessor(store))
    with wsgi_service(behind_login(ODataWSGIApp(handler))) as address:
        yield address


def behind_login(application: Any) -> "WSGIApplication":
    def guarded(environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environment.get("HTTP_AUTHORIZATION") != AUTHORIZATION:
            start("401 Unauthorized", [("Content-Length", "0"), ("WWW-Authenticate", "Basic")])
            return []
        found: Iterable[bytes] = application(environment, start)
        return found

    return guarded


def metadata(address: str) -> bytes:
    """What the service tells of itself."""
    asked = urllib.request.Request(f"{address}/$metadata", headers={"Authorization": AUTHORIZATION})  # noqa: S310  on loopback
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        found: bytes = answer.read()
    return found
