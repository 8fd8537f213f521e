"""The Microsoft identity platform, and Microsoft Graph and Azure behind it, as their documentation says they answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from http_service import Asked, Told

TENANT, APPLICATION = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
TOKEN, KEY = "token-never-told", "key-never-told"
NEVER_TOLD = "Zo\u00eb-never-told"
GRAPH = "https://graph.microsoft.com/.default"
AZURE = "https://management.azure.com/.default"


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode(), "application/json; charset=utf-8")


def refused(code: str, number: int, status: int = 400) -> Told:
    """A refusal of a token; its description repeats what was sent."""
    description = f"AADSTS{number}: {APPLICATION} Trace ID: {KEY}"
    return told({"error": code, "error_description": description, "error_codes": [number]}, status)


def graph_error(code: str, status: int) -> Told:
    return told({"error": {"code": code, "message": f"about {NEVER_TOLD}"}}, status)


@dataclass(frozen=True)
class Authority:
    """Gives tokens for a scope. ``instead`` is what it answers in place of the right thing."""

    scope: str
    instead: Told | None = None

    def __call__(self, asked: Asked) -> Told:
        if self.instead is not None:
            return self.instead
        if asked.path != f"/{TENANT}/oauth2/v2.0/token":
            return refused("invalid_request", 90002)
        form = asked.form
        if form.get("client_id") != APPLICATION:
            return refused("unauthorized_client", 700016)
        if form.get("client_secret") != KEY:
            return refused("invalid_client", 7000215, 401)
        if form.get("scope") != self.scope:
            return refused("invalid_scope", 70011)
        assert form["grant_type"] == "client_credentials"
        return told({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})


METADATA = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
 <edmx:DataServices>
  <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
   <EnumType Name="ageGroup"><Member Name="minor" Value="1"/></EnumType>
   <ComplexType Name="employeeOrgData" OpenType="true">
    <Property Name="costCenter" Type="Edm.String"/>
    <Property Name="division" Type="Edm.String"/>
   </ComplexType>
   <ComplexType Name="assignedLicense">
    <Property Name="disabledPlans" Type="Collection(Edm.Guid)"/>
    <Property Name="skuId" Type="Edm.Guid"/>
   </ComplexType>
   <EntityType Name="entity" Abstract="true">
    <Key><PropertyRef Name="id"/></Key>
    <Property Name="id" Type="Edm.String" Nullable="false"/>
   </EntityType>
   <EntityType Name="directoryObject" BaseType="graph.entity" OpenType="true">
    <Property Name="deletedDateTime" Type="Edm.DateTimeOffset"/>
   </EntityType>
   <EntityType Name="user" BaseType="graph.directoryObject" OpenType="true">
    <Property Name="accountEnabled" Type="Edm.Boolean"/>
    <Property Name="assignedLicenses" Type="Collection(graph.assignedLicense)" Nullable="false"/>
    <Property Name="displayName" Type="Edm.String"/>
    <Property Name="employeeOrgData" Type="graph.employeeOrgData"/>
    <Property Name="consent" Type="graph.ageGroup"/>
    <Property Name="status" Type="Edm.Int32"/>
    <NavigationProperty Name="manager" Type="graph.directoryObject"/>
    <NavigationProperty Name="memberOf" Type="Collection(graph.directoryObject)"/>
   </EntityType>
   <EntityType Name="group" BaseType="graph.directoryObject" OpenType="true">
    <Property Name="displayName" Type="Edm.String"/>
    <Property Name="proxyAddresses" Type="Collection(Edm.String)" Nullable="false"/>
    <NavigationProperty Name="members" Type="Collection(graph.directoryObject)"/>
    <NavigationProperty Name="owners" Type="Collection(graph.directoryObject)"/>
   </EntityType>
   <EntityType Name="administrativeUnit" BaseType="graph.directoryObject" OpenType="true">
    <Property Name="displayName" Type="Edm.String"/>
    <Property Name="status" Type="Edm.String"/>
    <NavigationProperty Name="members" Type="Collection(graph.directoryObject)"/>
   </EntityType>
   <EntityType Name="message" BaseType="graph.entity"><Property Name="subject" Type="Edm.String"/></EntityType>
   <EntityContainer Name="GraphService"><EntitySet Name="users" EntityType="microsoft.graph.user"/></EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""
EXTENSION = "extension_ab603c56068041afb2f6832e2a17e237_skypeId"
EXTENSIONS = (
    {"name": EXTENSION, "dataType": "String", "isMultiValued": False, "targetObjects": ["User"]},
    {"name": EXTENSION.replace("skypeId", "badge"), "dataType": "Integer", "isMultiValued": True, "targetObjects": ["User"]},
)
COLLECTIONS = ("users", "groups", "directoryRoles", "servicePrincipals")


@dataclass(frozen=True)
class Graph:
    """Microsoft Graph. ``instead`` are answers given in place of the right ones, by path."""

    instead: Mapping[str, Told] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        path = asked.path.removeprefix("/v1.0")
        if path in self.instead:
            return self.instead[path]
        if path == "/$metadata":
            return Told(200, METADATA.encode(), "application/xml")
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return graph_error("InvalidAuthenticationToken", 401)
        if path == "/directoryObjects/getAvailableExtensionProperties":
            assert (asked.method, asked.body) == ("POST", "{}")
            return told({"value": list(EXTENSIONS)})
        return self._objects(asked, path)

    @staticmethod
    def _objects(asked: Asked, path: str) -> Told:
        name, slash, delta = path.removeprefix("/").partition("/")
        if asked.method != "GET" or name not in COLLECTIONS:
            return graph_error("Request_ResourceNotFound", 404)
        if slash:
            assert (delta, asked.query) == ("delta", {"$deltatoken": "latest"})
            return told({"value": [], "@odata.deltaLink": f"https://graph.microsoft.com/v1.0/{name}/delta?$deltatoken=x"})
        if name == "directoryRoles" and "$top" in asked.query:
            return graph_error("Request_UnsupportedQuery", 400)
        return told({"value": [{"id": "1", "displayName": NEVER_TOLD}]})
