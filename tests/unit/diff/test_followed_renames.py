"""What refers to something renamed follows it, and is no change of its own."""

from configurations import compared, told

PEOPLE = """
<EntityType Identifier="HR_Person" DisplayName_L1="Person">
  <Property Identifier="Login" TargetColumnIndex="4"/><Property Identifier="Manager" TargetColumnIndex="5"/>
</EntityType>
<EntityAssociation Identifier="HR_Person_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Login"/>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HR">
  <Property Identifier="Login" ConnectionColumn="login"/>
</EntityTypeMapping>
<EntityAssociationMapping Identifier="HR_Person_Manager" Connector="HR" ConnectionTable="HR" Column1="a" Column2="b"
  EntityPropertyMapping1="HR_Person:Login" EntityPropertyMapping2="HR_Person:Login"/>
<AccessControlRule Identifier="View" DisplayName_L1="View" Profile="Manager" EntityType="HR_Person">
  <Entry Permission="/Custom/Resources/HR_Person/View" CanExecute="true"/>
  <Entry Permission="/Custom/ProvisioningPolicy/ReviewRoles/HR_Person" CanExecute="true"/>
</AccessControlRule>"""
JOB = """
<Job Identifier="Nightly" DisplayName_L1="All" Agent="Local">
  <ExportTask Identifier="Export" DisplayName_L1="Export" Agent="Local" Connection="HR" Level="0"/>
</Job>"""


STAFF = PEOPLE.replace("HR_Person", "Staff").replace("Staff_Manager", "HR_Person_Manager")
RENAMED = ("renamed", "EntityType[Staff]", "Identifier", "HR_Person", "Staff")


def test_mappings_and_permissions_follow_an_entity_type() -> None:
    assert told(compared(PEOPLE, STAFF)) == [RENAMED]
    assert told(compared(STAFF, PEOPLE)) == [("renamed", "EntityType[HR_Person]", "Identifier", "Staff", "HR_Person")]


def test_what_keeps_the_old_name_is_no_change_but_uses_it_still() -> None:
    kept = 'EntityPropertyMapping2="HR_Person:Login"'
    found = compared(PEOPLE, STAFF.replace('EntityPropertyMapping2="Staff:Login"', kept))
    assert told(found) == [RENAMED]
    assert found.changes[0].impact == ("EntityAssociationMapping[HR_Person_Manager]",)


def test_a_permission_of_something_else_is_a_change() -> None:
    found = told(compared(PEOPLE, STAFF.replace("/Custom/Resources/Staff/View", "/Custom/Resources/Staffs/View")))
    assert found == [
        RENAMED,
        ("removed", "AccessControlRule[View]/Entry[/Custom/Resources/HR_Person/View,]", None, None, None),
        ("added", "AccessControlRule[View]/Entry[/Custom/Resources/Staffs/View,]", None, None, None),
    ]


def test_tasks_follow_the_job_that_they_stand_in() -> None:
    assert told(compared(JOB, JOB.replace("Nightly", "Daily"))) == [("renamed", "Job[Daily]", "Identifier", "Nightly", "Daily")]


def test_a_step_that_keeps_the_old_name_of_a_task() -> None:
    old = '<ExportTask Identifier="E" DisplayName_L1="HR" Connection="HR"/><Job Identifier="J"><Step Task="E" Level="0"/></Job>'
    found = compared(old, old.replace('Task Identifier="E"', 'Task Identifier="F"'))
    assert told(found) == [("renamed", "ExportTask[F]", "Identifier", "E", "F")]
    assert found.changes[0].impact == ("Job[J]/Step[,0]",)


EXPRESSION = (
    '<EntityPropertyExpression Identifier="E" EntityType="A" Property="X" Expression="C#:a:return a.Title + a.To?.{};"/>'
)
TWO = """
<EntityType Identifier="A"><Property Identifier="{}" TargetColumnIndex="4"/><Property Identifier="To"/></EntityType>
<EntityType Identifier="B"><Property Identifier="Title" TargetColumnIndex="7"/>{}</EntityType>"""
OTHER = '<Property Identifier="Name" TargetColumnIndex="8"/>'


def test_an_expression_may_name_a_property_of_the_same_name_that_is_kept() -> None:
    new = TWO.format("Name", "") + EXPRESSION.format("Title").replace("a.Title", "a.Name")
    assert [each[1] for each in told(compared(TWO.format("Title", "") + EXPRESSION.format("Title"), new))] == [
        "EntityType[A]/Property[Name]"
    ]


def test_another_property_is_no_rename() -> None:
    """Where something has a property of the old name and one of the new, a reference may have moved between them."""
    old = TWO.format("Title", OTHER) + EXPRESSION.format("Title")
    new = TWO.format("Name", OTHER) + EXPRESSION.format("Name")
    changes = [("renamed", "EntityType[A]/Property[Name]"), ("changed", "EntityPropertyExpression[E]")]
    assert [each[:2] for each in told(compared(old, new))] == changes
    assert [each[0] for each in told(compared(new, old))] == ["renamed", "changed"]
