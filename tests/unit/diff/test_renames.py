"""The same content under another identifier is a rename, and what follows it is no change of its own."""

from configurations import compared, told

TYPE = """
<EntityType Identifier="{0}" DisplayName_L1="Person">
  <Property Identifier="{1}" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Mail" TargetColumnIndex="5"/>
</EntityType>
<EntityTypeMapping Identifier="{0}" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="{1}" ConnectionColumn="Login" IsPrimaryKey="true"/>
</EntityTypeMapping>
<EntityPropertyExpression Identifier="E" EntityType="{0}" Property="Mail" Expression="C#:person:return person.{1};"/>
<ResourceType Identifier="AD" SourceEntityType="{0}" TargetEntityType="AD_Entry">
  <ScalarRule Property="mail" Binding="{0}:{1}"/>
</ResourceType>"""


def test_renamed_entity_type_with_everything_that_follows_it() -> None:
    found = compared(TYPE.format("HR_Person", "Login"), TYPE.format("HR_Worker", "Login"))
    assert told(found) == [("renamed", "EntityType[HR_Worker]", "Identifier", "HR_Person", "HR_Worker")]
    assert found.changes[0].impact == ()


def test_renamed_property_with_everything_that_follows_it() -> None:
    found = compared(TYPE.format("HR_Person", "Login"), TYPE.format("HR_Person", "Account"))
    assert told(found) == [("renamed", "EntityType[HR_Person]/Property[Account]", "Identifier", "Login", "Account")]


def test_renamed_entity_type_and_property_at_once() -> None:
    more = "".join(f'<Property Identifier="P{number}" TargetColumnIndex="{number}"/>' for number in range(6, 16))
    wide = TYPE.replace("</EntityType>", f"{more}</EntityType>")
    found = told(compared(wide.format("HR_Person", "Login"), wide.format("HR_Worker", "Account")))
    assert [each[:2] for each in found] == [
        ("renamed", "EntityType[HR_Worker]"),
        ("renamed", "EntityType[HR_Worker]/Property[Account]"),
    ]


def test_what_still_uses_the_old_name() -> None:
    old = TYPE.format("HR_Person", "Login")
    new = old.replace('<Property Identifier="Login" TargetColumnIndex', '<Property Identifier="Account" TargetColumnIndex')
    found = compared(old, new)
    assert [each[0] for each in told(found)] == ["renamed"]
    assert found.changes[0].impact == (
        "EntityPropertyExpression[E]",
        "EntityTypeMapping[HR_Person]/Property[Login]",
        "ResourceType[AD]/ScalarRule[HR_Person:Login,mail]",
    )


def test_a_column_of_the_same_name_as_a_renamed_property_is_a_change_of_its_own() -> None:
    old = TYPE.format("HR_Person", "Login")
    new = TYPE.format("HR_Person", "Account").replace('ConnectionColumn="Login"', 'ConnectionColumn="Account"')
    assert [(each[0], each[2]) for each in told(compared(old, new))] == [
        ("renamed", "Identifier"),
        ("changed", "ConnectionColumn"),
    ]


def test_other_content_is_no_rename() -> None:
    old, new = '<Profile Identifier="A" DisplayName_L1="Reader"/>', '<Profile Identifier="B" DisplayName_L1="Writer"/>'
    assert [each[0] for each in told(compared(old, new))] == ["removed", "added"]


def test_two_of_the_same_content_are_no_rename() -> None:
    old = '<Profile Identifier="A" DisplayName_L1="Reader"/>'
    new = '<Profile Identifier="B" DisplayName_L1="Reader"/><Profile Identifier="C" DisplayName_L1="Reader"/>'
    assert sorted(each[0] for each in told(compared(old, new))) == ["added", "added", "removed"]


def test_a_large_type_is_known_again_after_a_small_change() -> None:
    def wide(name: str, extra: str) -> str:
        lines = "".join(f'<Property Identifier="P{number}" TargetColumnIndex="{number}"/>' for number in range(4, 20))
        return f'<EntityType Identifier="{name}">{lines}{extra}</EntityType>'

    found = told(compared(wide("Old", ""), wide("New", '<Property Identifier="Extra" TargetColumnIndex="30"/>')))
    assert found == [
        ("renamed", "EntityType[New]", "Identifier", "Old", "New"),
        ("added", "EntityType[New]/Property[Extra]", None, None, None),
    ]


def test_columns_are_never_renamed() -> None:
    column = '<Column Identifier="{}" ValueLength="9" ValueType="1"/>'
    table = f'<ConnectionTable Identifier="T" Connection="C">{column}</ConnectionTable>'
    assert sorted(each[0] for each in told(compared(table.format("a"), table.format("b")))) == ["added", "removed"]
