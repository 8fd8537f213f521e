"""Files merged: what a repository declares, and what can't be known."""

import pytest

from idmxml.checks.examine import Examiner
from idmxml.checks.plan import Plan
from idmxml.facts.load import language
from idmxml.model.context import PROPERTIES, Context
from idmxml.model.filefacts import FileFacts, Status, broken_facts, mentioned_in
from idmxml.testing.rule_cases import as_document

EXAMINER = Examiner(Plan(()))


def facts(path: str, xml: str) -> FileFacts:
    return EXAMINER.examine_bytes(path, as_document(xml).encode()).facts


def context(*files: str, others: tuple[FileFacts, ...] = ()) -> Context:
    made = [facts(f"{number}.xml", xml) for number, xml in enumerate(files)]
    return Context(language(), EXAMINER.plan.projections, made, others)


PERSON = """
<EntityType Identifier="HR_Person" DisplayName_L1="P">
  <Property Identifier="Login"/>
  <Property Identifier="Mail"/>
</EntityType>
"""


def test_names_with_the_first_file_that_declares_them() -> None:
    made = context('<Agent Identifier="B"/>', '<Agent Identifier="A"/><Agent Identifier="B"/>', "<Agent/>")
    assert dict(made.names("Agent")) == {"A": 1, "B": 0}
    assert dict(made.names("Connector")) == {}


def test_adjusted_objects_are_declared_and_deleted_ones_are_not() -> None:
    made = context('<Agent Identifier="A" ConsolidationMode="Merge"/><Agent Identifier="B" ConsolidationMode="Delete"/>')
    assert dict(made.names("Agent")) == {"A": 0}
    assert made.duplicates == {}


def test_scoped_names_are_grouped_by_owner_over_files() -> None:
    made = context(PERSON, '<EntityType Identifier="HR_Person"><Property Identifier="Phone"/></EntityType>')
    assert made.properties == {"HR_Person": {"Login", "Mail", "Phone"}}
    assert made.rows(PROPERTIES) == {("HR_Person", "Login"), ("HR_Person", "Mail"), ("HR_Person", "Phone")}
    assert made.rows_of(1, PROPERTIES) == {("HR_Person", "Phone")}
    assert list(made.holders(PROPERTIES)) == [0, 1]


def test_recorded_tables() -> None:
    made = context(
        '<ConnectionTable Identifier="T" Connection="HRExport"><Column Identifier="a"/></ConnectionTable>'
        '<ConnectionTable Identifier="U" Connection="hrexport"/>'
    )
    assert made.columns == {"T": {"a"}, "U": frozenset()}
    assert made.tables_of == {"hrexport": {"T", "U"}}


def test_activities() -> None:
    made = context('<Workflow Identifier="W"><Activity Identifier="A"/><Activity Identifier="B"/></Workflow>')
    assert made.activities == {"W": {"A", "B"}}


def test_duplicates_with_their_files() -> None:
    made = context('<Agent Identifier="A"/>', '<Agent Identifier="A"/><Agent Identifier="A"/>', '<Agent Identifier="a"/>')
    assert made.duplicates == {"Agent": {"A": (0, 1, 1)}}


def test_connections_are_compared_without_regard_to_case() -> None:
    made = context('<Connection Identifier="HR"/>', '<Connection Identifier="hr"/>')
    assert made.duplicates == {"Connection": {"hr": (0, 1)}}


def test_what_a_scaffolding_generates_is_there() -> None:
    made = context('<CleanDatabaseJob Agent="Local" OpenIdClient="Job"/>')
    assert made.has("Job", "CleanDatabase")
    assert not made.has("Job", "Other")


def test_others_declare_and_are_not_checked() -> None:
    made = context(PERSON, others=(facts("x.xml", '<Agent Identifier="A"/>'),))
    assert dict(made.names("Agent")) == {"A": 1}
    assert list(made.holders(PROPERTIES)) == [0]


@pytest.mark.parametrize(
    ("other", "complete", "anything", "mentioned"),
    [
        (FileFacts("x.xml", Status.OPAQUE), False, True, True),
        (FileFacts("x.xml", Status.MALFORMED, mentioned=frozenset({"Perhaps"})), True, False, True),
        (FileFacts("x.xml", Status.FOREIGN), True, False, False),
    ],
)
def test_what_may_exist(other: FileFacts, complete: bool, anything: bool, mentioned: bool) -> None:
    made = context(PERSON, others=(other,))
    assert (made.complete, made.may_exist("Anything"), made.may_exist("Perhaps")) == (complete, anything, mentioned)


def test_derived_values_are_made_once() -> None:
    made = context(PERSON)
    calls = []

    def make(given: Context) -> str:
        calls.append(given)
        return "made"

    assert (made.derived(make), made.derived(make), len(calls)) == ("made", "made", 1)


def test_entity_types_of_all_sorts() -> None:
    assert {"HR_Person", "AssignedProfile"} <= context(PERSON).entity_types


def test_a_broken_file_may_generate_what_its_scaffoldings_can() -> None:
    exact = '<JobViewAccessControlRules Profile="Admin"/>'
    kind, name = "AccessControlRule", "Other_Job_JobLog"
    assert context(exact).has(kind, name.replace("Other", "Admin"))
    assert not context(exact).has(kind, name)
    broken = broken_facts("x.xml", ["<CleanDatabaseJob Agent='Local'><Nothing"], language())
    assert context(exact, others=(broken,)).has("Job", "CleanDatabase")
    assert not context(exact, others=(broken,)).has(kind, name)
    same = broken_facts("x.xml", ["<JobViewAccessControlRules Prof"], language())
    assert context(exact, others=(same,)).has(kind, name)


def test_values_of_a_broken_text() -> None:
    text = '<A B="" C="x y" D = \'z\'><E F=\'R&amp;D\' G="<" H=\'é\' I="it\'s"'
    assert mentioned_in(text) == {"x y", "z", "R&D", "é", "it's"}
