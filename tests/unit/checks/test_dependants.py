"""What depends on a property is found wherever it is used, and told with a vanished column."""

from pathlib import Path

import pytest

import idmxml
from idmxml.diagnostics import Severity

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">\n'
CONNECTOR = """
<Connector Identifier="HR" DisplayName_L1="HR"/>
<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
<ConnectionTable Identifier="HRExport" Connection="HRExport"><Column Identifier="login"/></ConnectionTable>
<EntityType Identifier="HR_Person">
  <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Mail" TargetColumnIndex="5"/>
  <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
  <Property Identifier="Reports" Type="ForeignKey"/>
</EntityType>
<EntityAssociation Identifier="HR_Manager" Property1="HR_Person:Manager"
    Property2="HR_Person:Reports" IsProperty2Collection="true"/>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
  <Property Identifier="Mail" ConnectionColumn="mail"/>
</EntityTypeMapping>
"""
NAME = """
<EntityPropertyExpression Identifier="HR_Name" EntityType="HR_Person" Property="InternalDisplayName"
    Expression="C#:person:return person?.Mail;"/>
"""
TABLE = """
<DisplayTable Identifier="People" EntityType="HR_Person" DisplayTableDesignElement="table">
  <Column DisplayBinding="Login"/>
  <Column DisplayBinding="Manager.Mail"/>
</DisplayTable>
"""
ACCOUNT = """
<ResourceType Identifier="Account" DisplayName_L1="Account" Policy="Default"
    SourceEntityType="HR_Person" TargetEntityType="HR_Person">
  <ScalarRule Policy="Default" Property="Mail" Binding="HR_Person:Login"/>
  <ScalarRule Policy="Default" Property="Login" Binding="HR_Person:Mail"/>
</ResourceType>
<ResourceCorrelationRule Policy="Default" ResourceType="Account"
    SourceBinding="HR_Person:Mail" TargetBinding="HR_Person:Login"/>
"""


def findings(folder: Path, code: str, **files: str) -> list[idmxml.Diagnostic]:
    for name, text in files.items():
        (folder / f"{name}.xml").write_text(HEAD + text.strip() + "\n</ConfigurationFile>\n", encoding="utf-8")
    return list(idmxml.check(folder, select=[code]).diagnostics)


def test_a_vanished_column_tells_what_depends_on_it(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "IDM3004", a=CONNECTOR, b=NAME, c=TABLE, d=ACCOUNT)
    assert found.severity is Severity.WARNING
    assert found.hint == (
        "refresh the schema of the connection if the system has changed; HR_Person:Mail is used by "
        "1 <Column>, 1 <EntityPropertyExpression>, 1 <ResourceCorrelationRule>, 2 <ScalarRule>"
    )
    assert [(each.span.path, each.span.line, each.message) for each in found.related] == [
        ("c.xml", 3, "HR_Person:Mail is used by <Column> of People"),
        ("b.xml", 3, "HR_Person:Mail is used by <EntityPropertyExpression> HR_Name"),
        ("d.xml", 3, "HR_Person:Mail is used by <ResourceCorrelationRule>, <ScalarRule> of Account"),
    ]


def test_a_property_that_nothing_uses_has_no_dependants(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "IDM3004", a=CONNECTOR)
    assert (found.hint, found.related) == ("refresh the schema of the connection if the system has changed", ())


def test_a_vanished_key_is_an_error(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "IDM3004", a=CONNECTOR.replace('"mail"/>', '"mail" IsUniqueKey="true"/>'))
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize("form", ["Bit:Login:2", "bit:Login:3"])
def test_a_bit_has_a_column_of_any_name(form: str, tmp_path: Path) -> None:
    assert findings(tmp_path, "IDM3004", a=CONNECTOR.replace('"mail"/>', f'"mail" Format="{form}"/>')) == []


def test_a_vanished_column_of_an_association_tells_what_uses_the_association(tmp_path: Path) -> None:
    mapping = (
        '<EntityAssociationMapping Identifier="HR_Manager" Connector="HR" ConnectionTable="HRExport" Column1="login" '
        'Column2="boss" EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Login"/>'
    )
    (found,) = findings(tmp_path, "IDM3008", a=CONNECTOR + mapping, c=TABLE)
    assert (found.severity, found.hint) == (
        Severity.ERROR,
        "refresh the schema of the connection if the system has changed; "  # noqa: ISC004  one text
        "HR_Person:Manager is used by 1 <Column>, 1 <EntityAssociation>; HR_Person:Reports is used by 1 <EntityAssociation>",
    )
    assert [(each.span.path, each.message) for each in found.related] == [
        ("c.xml", "HR_Person:Manager is used by <Column> of People"),
        ("a.xml", "HR_Person:Manager is used by <EntityAssociation> HR_Manager"),
        ("a.xml", "HR_Person:Reports is used by <EntityAssociation> HR_Manager"),
    ]
