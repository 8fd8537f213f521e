"""What is a difference, and what is none."""

import pytest
from configurations import compared, told

PERSON = """
<EntityType Identifier="HR_Person" DisplayName_L1="Person">
  <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Phone" TargetColumnIndex="5"/>
</EntityType>"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<Profile Identifier="A" IsComponent="true"/>', '<Profile Identifier="A" IsComponent="1"/>'),
        ('<Profile Identifier="A"/>', '<Profile Identifier="A" IsComponent="False"/>'),
        ('<Connector Identifier="HR"/>', '<Connector Identifier="HR" MaximumDeletedLines="100"/>'),
        ('<Connector Identifier="HR" MaximumDeletedLines="007"/>', '<Connector MaximumDeletedLines="7" Identifier="HR"/>'),
        ('<Connection Identifier="HR" Connector="X"/>', '<Connection Identifier="hr" Connector="X"/>'),
        (
            '<Connection Identifier="HR"/><ExportTask Identifier="E" Connection="HR"/>',
            '<Connection Identifier="HR"/><ExportTask Identifier="E" Connection="hr"/>',
        ),
        (
            '<EntityType Identifier="A"><Property Identifier="P" Type="Int32"/></EntityType>',
            '<EntityType Identifier="A"><Property Identifier="P" Type="2"/></EntityType>',
        ),
        (
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:return  p.A +&#10; &quot;a  b&quot;;"/>',
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:return p.A + &quot;a  b&quot;;"/>',
        ),
        ('<SingleRoleRule Role="R" Dimension0="Paris"/>', '<SingleRoleRule Role="R" D0="Paris"/>'),
        ('<LDAPResourceTypeMapping Identifier="R"/>', '<LdapResourceTypeMapping Identifier="R"/>'),
        (
            '<MenuItem Identifier="Top"><MenuItem Identifier="Nav"/></MenuItem>',
            '<MenuItem Identifier="Nav" ParentMenuItem="Top"/><MenuItem Identifier="Top"/>',
        ),
        (
            "<!-- one --><Profile Identifier='A'\n\tDisplayName_L1='&#65;'/>",
            '<Profile DisplayName_L1="A" Identifier="A"></Profile>',
        ),
    ],
)
def test_another_spelling_is_no_change(old: str, new: str) -> None:
    assert told(compared(old, new)) == []
    assert told(compared(new, old)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            '<EntityPropertyExpression Identifier="A" Expression="Literal:a  b"/>',
            '<EntityPropertyExpression Identifier="A" Expression="Literal:a b"/>',
        ),
        (
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:return &quot;a  b&quot;;"/>',
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:return &quot;a b&quot;;"/>',
        ),
        (
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:// all&#10;return p.A;"/>',
            '<EntityPropertyExpression Identifier="A" Expression="C#:p:// all return p.A;"/>',
        ),
        ('<Profile Identifier="A" DisplayName_L1="a"/>', '<Profile Identifier="A" DisplayName_L1="A"/>'),
        ('<SingleRoleRule Role="R" D0="Paris"/>', '<SingleRoleRule Role="R" D0="paris"/>'),
    ],
)
def test_what_differs_is_a_change(old: str, new: str) -> None:
    assert len(told(compared(old, new))) == 1


def test_moved_split_reordered_and_encoded_otherwise_is_no_change() -> None:
    profile = '<Profile Identifier="Gérant" DisplayName_L1="Gérant"/>'
    one = {"Conf.xml": PERSON + profile}
    properties = [line for line in PERSON.splitlines() if "Property" in line]
    shuffled = f'<EntityType DisplayName_L1="Person" Identifier="HR_Person">{"".join(reversed(properties))}</EntityType>'
    root = '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">{}</ConfigurationFile>'
    document = '<?xml version="1.0" encoding="{}"?>' + root
    other = {
        "Other/B.xml": document.format("utf-16", profile).encode("utf-16"),
        "A.xml": document.format("iso-8859-1", shuffled).encode("latin-1"),
    }
    assert told(compared(one, other)) == []


def test_values_are_told_by_name_with_their_places() -> None:
    old = PERSON
    new = PERSON.replace('Identifier="Phone" TargetColumnIndex="5"', 'Identifier="Phone" TargetColumnIndex="5"\n   Type="2"')
    found = compared(old, new).changes
    assert [(each.object, each.attribute, each.old, each.new) for each in found] == [
        ("EntityType[HR_Person]/Property[Phone]", "Type", None, "Int32")
    ]
    place = found[0].new_location
    assert place is not None
    assert (place.path, place.line, place.column, place.end_column, place.source.strip()) == (
        "Conf.xml",
        7,
        4,
        12,
        'Type="2"/>',
    )
    before = found[0].old_location
    assert before is not None
    assert (before.line, before.column, before.end_column) == (6, 4, 12)


def test_parts_of_what_is_gone_are_told_with_it() -> None:
    job = '<Job Identifier="J"><SynchronizeTask Identifier="T" Connector="HR" Level="0"/></Job>'
    assert told(compared(job, "")) == [("removed", "Job[J]", None, None, None)]


def test_a_task_that_moves_to_another_job() -> None:
    task = '<SynchronizeTask Identifier="T" Connector="HR" Level="0"/>'
    old = f'<Job Identifier="A">{task}</Job><Job Identifier="B"/>'
    new = f'<Job Identifier="A"/><Job Identifier="B">{task}</Job>'
    assert told(compared(old, new)) == [("changed", "Job[B]/SynchronizeTask[T]", "Job", "A", "B")]


def test_rules_without_identity_are_a_multiset() -> None:
    rule = '<SingleRoleRule Role="R" D0="{}"/>'
    old = "".join(map(rule.format, ("Paris", "Paris", "Lyon")))
    new = "".join(map(rule.format, ("Lyon", "Paris", "Nice", "Rome")))
    kinds = [each[0] for each in told(compared(old, new))]
    assert sorted(kinds) == ["added", "changed"]
    assert told(compared(old, "".join(map(rule.format, ("Paris", "Lyon", "Paris"))))) == []


def test_duplicates_are_paired_by_what_they_say() -> None:
    one, two = '<Profile Identifier="A" DisplayName_L1="X"/>', '<Profile Identifier="A" DisplayName_L1="Y"/>'
    assert told(compared(one + two, two + one)) == []
    assert told(compared(one + two, two)) == [("removed", "Profile[A]", None, None, None)]


def test_five_hundred_properties_with_four_changes() -> None:
    def entity(changed: frozenset[int]) -> str:
        names = ["new" if number in changed else "old" for number in range(500)]
        form = '<Property Identifier="P{0}" TargetColumnIndex="{0}" DisplayName_L1="{1}"/>'
        lines = [form.format(number, name) for number, name in enumerate(names)]
        return f'<EntityType Identifier="Wide">{"".join(lines if not changed else reversed(lines))}</EntityType>'

    changed = frozenset({3, 77, 250, 499})
    found = told(compared(entity(frozenset()), entity(changed)))
    assert [each[1] for each in found] == [f"EntityType[Wide]/Property[P{number}]" for number in (250, 3, 499, 77)]


def test_a_scaffolding_is_compared_by_what_it_generates() -> None:
    person = PERSON + '<DisplayEntityType Identifier="HR_Person"/>'
    assert {each[0] for each in told(compared(person, person + '<EntityTypeMenuItem EntityType="HR_Person"/>'))} == {"added"}


def test_secrets_in_the_configuration_are_dots() -> None:
    client = '<OpenIdClient Identifier="Job" DisplayName_L1="Job" HashedSecret="{}"/>'
    found = compared(client.format("first-secret"), client.format("other-secret"))
    assert told(found) == [("changed", "OpenIdClient[Job]", "HashedSecret", "••••", "••••")]
    assert "secret" not in repr([(each.old_location, each.new_location) for each in found.changes]).casefold()
    assert all(
        "secret" not in each.new_location.source.replace("HashedSecret", "") for each in found.changes if each.new_location
    )
    gone = compared(client.format("first-secret"), "").changes[0]
    assert "first-secret" not in f"{gone.old}{gone.old_location and gone.old_location.source}"


def test_what_stands_in_a_broken_file_is_not_told_as_removed() -> None:
    good = {"A.xml": '<Profile Identifier="A"/>', "B.xml": '<Profile Identifier="B"/>'}
    broken = {"A.xml": '<Profile Identifier="A"/>', "B.xml": "<ConfigurationFile"}
    found = compared(good, broken)
    assert found.changes == ()
    assert found.incomplete == ("B.xml",)
    assert "B.xml" in found.notes[0]


def test_an_element_that_deletes_what_is_generated_adds_nothing() -> None:
    rule = '<AccessControlRule Identifier="R" Profile="P" EntityType="E" ConsolidationMode="Delete"/>'
    found = compared("", rule)
    assert told(found) == [("changed", "AccessControlRule[R]", "ConsolidationMode", None, "Delete")]
    assert [each.name for each in found.changes] == ["consolidation-changed"]
    assert told(compared(rule, "")) == [("changed", "AccessControlRule[R]", "ConsolidationMode", "Delete", None)]


def test_a_default_that_is_written_is_told_as_it_is_written() -> None:
    """It is the same as none at all, but not what somebody sees who looks at the file."""
    mapping = '<EntityTypeMapping Identifier="A" MaximumDeletedLines="{}"/>'
    assert told(compared(mapping.format(20), mapping.format(0))) == [
        ("changed", "EntityTypeMapping[A]", "MaximumDeletedLines", "20", "0")
    ]
    assert told(compared(mapping.format(0), mapping.replace(' MaximumDeletedLines="{}"', ""))) == []
