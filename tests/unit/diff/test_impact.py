"""What depends on a change, which connector it belongs to, and what is run after it."""

from configurations import compared

MODEL = """
<Connector Identifier="HR"/>
<Connection Identifier="HRExport" Connector="HR" Package="Usercube.CSV@0000001"/>
<EntityType Identifier="HR_Person">
  <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Phone" TargetColumnIndex="5"/>
  <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="128"/>
  <Property Identifier="Reports" Type="ForeignKey"/>
</EntityType>
<EntityAssociation Identifier="M" Property1="HR_Person:Reports" Property2="HR_Person:Manager" IsProperty1Collection="true"/>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
  <Property Identifier="Phone" ConnectionColumn="phone"/>
</EntityTypeMapping>
<EntityPropertyExpression Identifier="E" EntityType="HR_Person" Property="Login"
    Expression="C#:person:return person.Manager?.Phone.Trim();"/>
<EntityType Identifier="Other"><Property Identifier="Phone" TargetColumnIndex="5"/></EntityType>
<EntityPropertyExpression Identifier="F" EntityType="Other" Property="Phone" Expression="C#:other:return other.Phone;"/>
<ResourceType Identifier="AD" SourceEntityType="HR_Person" TargetEntityType="Other">
  <ScalarRule Property="Phone" Binding="Manager.Phone"/>
</ResourceType>
<Job Identifier="J"><SynchronizeTask Identifier="S" Connector="HR" Level="0"/></Job>
<Job Identifier="K"><SynchronizeTask Identifier="T" Connector="AD" Level="0"/></Job>
<Job Identifier="L"><Step Identifier="1" Level="0" Task="S"/></Job>
"""
SCHEMA = '<ConnectionTable Identifier="HRExport" Connection="HRExport"><Column Identifier="login"/>{}</ConnectionTable>'
PHONE = '<Column Identifier="phone"/>'


def test_a_property_is_found_through_bindings_and_expressions_and_only_the_right_one() -> None:
    found = compared(MODEL, MODEL.replace('  <Property Identifier="Phone" TargetColumnIndex="5"/>\n', "", 1))
    (change,) = found.changes
    assert change.impact == (
        "EntityPropertyExpression[E]",
        "EntityTypeMapping[HR_Person]/Property[Phone]",
        "ResourceType[AD]/ScalarRule[Manager.Phone,Phone]",
    )
    assert change.connector == "HR"


def test_what_refers_to_a_type_that_is_gone() -> None:
    gone = '<EntityType Identifier="Other"><Property Identifier="Phone" TargetColumnIndex="5"/></EntityType>'
    (change,) = compared(MODEL, MODEL.replace(gone, "")).changes
    assert "ResourceType[AD]" in change.impact


def test_a_mapped_column_that_is_gone_breaks_what_its_property_is_used_by() -> None:
    old = {"Conf.xml": MODEL, ".idmxml/schemas/HRExport.xml": SCHEMA.format(PHONE)}
    new = {"Conf.xml": MODEL, ".idmxml/schemas/HRExport.xml": SCHEMA.format("")}
    found = compared(old, new)
    (change,) = found.changes
    assert (change.name, change.connector) == ("column-removed", "HR")
    assert change.object == "ConnectionTable[HRExport,HRExport]/Column[phone]"
    assert set(change.impact) == {
        "EntityPropertyExpression[E]",
        "EntityTypeMapping[HR_Person]/Property[Phone]",
        "ResourceType[AD]/ScalarRule[Manager.Phone,Phone]",
    }
    assert found.verdict is not None
    assert found.verdict.word == "breaks-with-newest-schema"


def test_a_column_that_nothing_maps_is_no_break() -> None:
    more = SCHEMA.format(PHONE + '<Column Identifier="fax"/>')
    old = {"Conf.xml": MODEL, ".idmxml/schemas/HRExport.xml": more}
    new = {"Conf.xml": MODEL, ".idmxml/schemas/HRExport.xml": SCHEMA.format(PHONE)}
    found = compared(old, new)
    assert [each.name for each in found.changes] == ["column-unmapped-removed"]
    assert found.verdict is not None
    assert found.verdict.word == "safe"


def test_what_to_run_names_connectors_and_the_jobs_that_do_it() -> None:
    found = compared(MODEL, MODEL.replace('ConnectionColumn="phone"', 'ConnectionColumn="mobile"'))
    tasks = {each.name: each for each in found.tasks}
    assert list(tasks) == ["refresh-schema", "complete-synchronization", "recompute-role-model"]
    assert tasks["complete-synchronization"].connectors == ("HR",)
    assert tasks["complete-synchronization"].jobs == ("J", "L")
    assert tasks["refresh-schema"].jobs == ()


def test_settings_belong_to_the_connector_of_their_connection() -> None:
    files = {"Conf.xml": MODEL, "appsettings.agent.json": '{"Connections": {"HRExport": {"Path": "a"}}}'}
    (change,) = compared(files, files | {"appsettings.agent.json": '{"Connections": {"HRExport": {"Path": "b"}}}'}).changes
    assert change.connector == "HR"
    assert change.object == "Connection[HRExport]/settings[appsettings.agent.json]"


def test_a_change_of_rights_names_who_gains_or_loses() -> None:
    rule = '<AccessControlRule Identifier="R" EntityType="Other" Profile="Manager">{}</AccessControlRule>'
    (granted,) = compared(rule.format(""), rule.format('<Entry Permission="/x" CanExecute="true"/>')).changes
    assert (granted.name, granted.impact) == ("permission-granted", ("Profile[Manager]",))
    role = '<ResourceType Identifier="AD"><TypeRule SingleRole="VPN" D0="{}"/></ResourceType>'
    (moved,) = compared(role.format("Paris"), role.format("Lyon")).changes
    assert moved.impact == ("ResourceType[AD]", "SingleRole[VPN]")
    (given,) = compared("", '<SingleRoleRule Role="VPN" D0="Paris"/>').changes
    assert given.impact == ("SingleRole[VPN]",)
