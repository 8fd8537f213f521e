"""``idmxml expand``: every format and option, the way back from an element, every exit code."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run
from jsonschema import Draft202012Validator
from lxml import etree

from idmxml.expanding import expand_repository
from idmxml.facts.files import schemas_folder, xsd_file
from idmxml.options import CheckOptions
from idmxml.reports.expansion_xml import element_lines

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
START = '<?xml version="1.0" encoding="utf-8"?>\n<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">\n'
TYPES = (
    '<Language Code="en-US" IndicatorNumber="1"/>\n'
    '<EntityType Identifier="HR_Site" DisplayName_L1="Site">'
    '<Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/><Property Identifier="City" TargetColumnIndex="5"/>'
    "</EntityType>\n"
    '<Profile Identifier="User" DisplayName_L1="User"/>\n'
)
TABLE = '<EntityTypeDisplayTable EntityType="HR_Site"/>\n'
COLUMN = '<Column CanBeFiltered="true" DisplayBinding="{}" IsDisplayInSummaryView="true" IsResizable="true"…'


def parsed(text: str, schema: str) -> Any:
    found = json.loads(text)
    folder = schemas_folder()
    Draft202012Validator(json.loads((folder / f"{schema}.schema.json").read_text(encoding="utf-8"))).validate(found)
    return found


def test_the_tree(repository: MakeRepository, run: Run) -> None:
    root = repository({"types.xml": TYPES, "views/site.xml": f'{TABLE}<ReportAccessControlRules Profile="User"/>'})
    outcome = run("expand", root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "views/site.xml:3: EntityTypeDisplayTable[HR_Site]: 3 elements\n"
        "  DisplayTable[HR_Site] (2 Column)\n"
        "views/site.xml:4: ReportAccessControlRules[User]: 2 elements\n"
        "  AccessControlRule[User_ReportQuery] (1 Entry)\n"
        "\n"
        "2 scaffoldings: 5 generated elements.\n"
    )


def test_a_scaffolding_that_calls_others(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": TYPES + '<EntityReportDefault EntityType="HR_Site" Profile="User"/>' + TABLE})
    lines = run("expand", root).out.splitlines()
    assert lines[:5] == [
        "a.xml:6: EntityReportDefault[HR_Site,User]: 6 elements",
        "  ReportAccessControlRules[User]: 2 elements",
        "    AccessControlRule[User_ReportQuery] (1 Entry)",
        "  TargetResourceReport[HR_Site]: 1 element",
        "    ReportQuery[Resources_HR_Site]",
    ]


def test_what_stays_as_it_is_says_why(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": TYPES + '<ProfileModule/><OptimizeDisplayTable DisplayTableIdentifier="HR_Site"/>' + TABLE})
    out = run("expand", root).out
    assert "a.xml:6: ProfileModule: stays as it is: what it generates is not documented\n" in out
    assert "2 stay as they are, in whole or in part.\n" in out
    one = run("expand", repository({"a.xml": "<ProfileModule/>"})).out
    assert one.endswith("1 scaffolding: 0 generated elements; 1 stays as it is, in whole or in part.\n")


def test_nothing_to_expand(repository: MakeRepository, run: Run) -> None:
    outcome = run("expand", repository({"a.xml": TYPES}))
    assert (outcome.code, outcome.out) == (0, "No scaffoldings.\n")


def test_xml_can_be_deployed(run: Run) -> None:
    outcome = run("expand", SAMPLE, "--format", "xml")
    document = etree.fromstring(outcome.out.encode())
    schema = etree.XMLSchema(etree.parse(xsd_file()))
    assert schema.validate(document), str(schema.error_log)
    assert "<!-- Conf/Directory/Directory Jobs.xml:105: CleanDatabaseJob -->\n  <Job " in outcome.out


def test_json_of_the_sample_follows_its_schema(run: Run) -> None:
    found = parsed(run("expand", SAMPLE, "--format", "json").out, "expansion")
    assert found["summary"]["scaffoldings"] == len(found["scaffoldings"])
    first = found["scaffoldings"][0]
    assert (first["scaffolding"], first["path"], first["line"], first["column"]) == (
        "CreateConnectorSynchroIncremental",
        "Conf/AD/AD Jobs.xml",
        57,
        3,
    )
    assert first["arguments"][0]["attributes"] == {"CronTab": "0 8-18/2 * * 1-5", "CronTimeZone": "ServerTime"}
    assert [each["identity"] for each in found["meetings"]] == ["PhoneBook_Entry", "Directory_User"]


def test_a_part_of_a_repository_is_expanded_with_all_of_it(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "", "types.xml": TYPES, "views/site.xml": TABLE, "other.xml": "<CleanDatabaseJob/>"})
    assert run("expand", root / "views").out.splitlines()[1:] == [
        "  DisplayTable[HR_Site] (2 Column)",
        "",
        "1 scaffolding: 3 generated elements.",
    ]


def written(attributes: str, children: str = "") -> str:
    return f'{TYPES}{TABLE}<DisplayTable Identifier="HR_Site" {attributes}>{children}</DisplayTable>'


NEW = '<Column DisplayBinding="Other"/>'
STORIES = {
    "replaced": (
        written('EntityType="HR_Site" DisplayTableDesignElement="list"', NEW),
        "replaced: the hand-written element stands for the generated one, children included",
        (
            '    Identifier: "HR_Site"\n'
            '    DisplayTableDesignElement: "table" -> "list"\n'
            '    EntityType: "HR_Site"\n'
            '    IsEntityTypeDefault: - "true"\n'
            f"    - {COLUMN.format('City')}\n"
            f"    - {COLUMN.format('Code')}\n"
            '    + <Column DisplayBinding="Other">\n'
        ),
    ),
    "updated": (
        written('DisplayTableDesignElement="list" ConsolidationMode="Update"'),
        "updated: hand-written attributes replace generated ones, generated children stay",
        (
            '    Identifier: "HR_Site"\n'
            '    DisplayTableDesignElement: "table" -> "list"\n'
            '    EntityType: "HR_Site"\n'
            '    IsEntityTypeDefault: "true"\n'
            f"      {COLUMN.format('City')}\n"
            f"      {COLUMN.format('Code')}\n"
        ),
    ),
    "merged": (
        written('DisplayTableDesignElement="list" ParentProperty="Code" ConsolidationMode="Merge"', NEW),
        "merged: what is generated stays, what is written by hand is added",
        (
            '    Identifier: "HR_Site"\n'
            '    DisplayTableDesignElement: "table" ("list", written by hand, has no effect)\n'
            '    EntityType: "HR_Site"\n'
            '    IsEntityTypeDefault: "true"\n'
            '    ParentProperty: + "Code"\n'
            f"      {COLUMN.format('City')}\n"
            f"      {COLUMN.format('Code')}\n"
            '    + <Column DisplayBinding="Other">\n'
        ),
    ),
    "deleted": (
        written('ConsolidationMode="Delete"'),
        "deleted: the generated element is removed, children included",
        (
            '    Identifier: - "HR_Site"\n'
            '    DisplayTableDesignElement: - "table"\n'
            '    EntityType: - "HR_Site"\n'
            '    IsEntityTypeDefault: - "true"\n'
            f"    - {COLUMN.format('City')}\n"
            f"    - {COLUMN.format('Code')}\n"
        ),
    ),
}


@pytest.mark.parametrize("outcome", STORIES)
def test_the_story_of_an_element(repository: MakeRepository, run: Run, outcome: str) -> None:
    text, headline, changes = STORIES[outcome]
    told = run("expand", repository({"a.xml": text}), "--element", "DisplayTable[HR_Site]")
    mode = {"replaced": "", "updated": "Update", "merged": "Merge", "deleted": "Delete"}[outcome]
    told_mode = f' with ConsolidationMode="{mode}"' if mode else ""
    assert told.out == (
        f"DisplayTable[HR_Site]: {headline}\n"
        "  generated at a.xml:6 by EntityTypeDisplayTable[HR_Site]\n"
        f"  written at a.xml:7{told_mode}\n" + changes
    )
    assert told.code == 0


def test_spelling_makes_no_difference(repository: MakeRepository, run: Run) -> None:
    """A reference in another case leads to its target, and a truth value may be a number."""
    table = 'DisplayTableDesignElement="table" IsEntityTypeDefault="1" EntityType="hr_site"'
    column = COLUMN.partition(" IsDisplay")[0]
    written_by_hand = f'<DisplayTable Identifier="HR_Site" {table} ConsolidationMode="Update"/>'
    text = TYPES + TABLE.replace("HR_Site", "hr_site") + written_by_hand
    out = run("expand", repository({"a.xml": text}), "--element", "DisplayTable[HR_Site]").out
    assert '    EntityType: "HR_Site"\n    IsEntityTypeDefault: "true"\n' in out
    assert f"      {column.format('City')}" in out


def test_the_story_of_an_element_that_is_completed(repository: MakeRepository, run: Run) -> None:
    """What scaffoldings add is marked, as what a hand-written element adds is elsewhere."""
    universe = '<Universe Identifier="U"><EntityInstance Identifier="HR_Site" EntityType="Other"/></Universe>'
    excluded = '<ExcludedProperty Property="Workflows"/>'
    call = f'<UniverseDataModel Universe="U" EntityType="HR_Site">{excluded}</UniverseDataModel>'
    call += '<WorkflowEntityType EntityType="HR_Site"/>'
    root = repository({"a.xml": TYPES + universe + call})
    assert run("expand", root, "--element", "EntityType[HR_Site]").out == (
        "EntityType[HR_Site]: completed: scaffoldings add to the hand-written element\n"
        "  generated at a.xml:6 by WorkflowEntityType[HR_Site]\n"
        "  written at a.xml:4\n"
        '    Identifier: "HR_Site"\n'
        '    DisplayName_L1: "Site"\n'
        '      <Property Identifier="Code" TargetColumnIndex="4" IsKey="true">\n'
        '      <Property Identifier="City" TargetColumnIndex="5">\n'
        '    + <Property Identifier="Workflows" DisplayName_L1="Workflows" Type="ForeignKey">\n'
    )
    assert run("expand", root, "--element", "Universe[U]").out.endswith(
        '    Identifier: "U"\n      <EntityInstance Identifier="HR_Site" EntityType="Other" DisplayName_L1="Site">\n'
    )


@pytest.mark.parametrize("outcome", STORIES)
def test_the_story_as_json(repository: MakeRepository, run: Run, outcome: str) -> None:
    root = repository({"a.xml": STORIES[outcome][0]})
    found = parsed(run("expand", root, "--element", "hr_site", "--format", "json").out, "expansion-element")
    (story,) = [each for each in found["elements"] if each["element"] == "DisplayTable"]
    assert story["outcome"] == outcome
    assert story["made"][0]["made_by"] == [
        {"scaffolding": "EntityTypeDisplayTable", "identity": "HR_Site", "path": "a.xml", "line": 6}
    ]
    assert (story["result"] is None) == (outcome == "deleted")
    assert (story["written"][0]["line"], story["written"][0]["column"]) == (7, 1)


def test_the_tree_names_what_is_written_against_it(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": STORIES["updated"][0]})
    assert "  a.xml:7: DisplayTable[HR_Site] changes the one of EntityTypeDisplayTable[HR_Site]\n" in run("expand", root).out


def test_the_story_of_an_element_that_several_scaffoldings_make(repository: MakeRepository, run: Run) -> None:
    calls = '<ReportAccessControlRules Profile="User"/>\n<EntityReportDefault EntityType="HR_Site" Profile="User"/>'
    told = run("expand", repository({"a.xml": TYPES + calls}), "--element", "User_ReportQuery").out
    assert told.startswith(
        "AccessControlRule[User_ReportQuery]: generated; nothing written by hand changes it\n"
        "  generated at a.xml:6 by ReportAccessControlRules[User]\n"
    )


def test_an_element_that_only_stands_in_a_file(repository: MakeRepository, run: Run) -> None:
    told = run("expand", repository({"a.xml": TYPES}), "--element", "Profile[User]")
    assert told.out == "Profile[User]: written by hand; no scaffolding generates it\n  written at a.xml:5\n"


def test_the_result_as_xml(repository: MakeRepository, run: Run) -> None:
    told = run("expand", repository({"a.xml": STORIES["updated"][0]}), "--element", "DisplayTable[HR_Site]", "--format", "xml")
    assert '  <DisplayTable Identifier="HR_Site" DisplayTableDesignElement="list" EntityType="HR_Site"' in told.out


def test_an_unknown_element(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": TYPES + TABLE})
    outcome = run("expand", root, "--element", "HR_Sites")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"idmxml: no element 'HR_Sites' is written or generated in {root}; did you mean 'HR_Site'?\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--format", "jsom"), "this command gives no format 'jsom'; did you mean 'json'?"),
        (("--format", "sarif"), "this command gives no format 'sarif'; there are text, json, xml"),
        (("--output", "json"), "--output takes FORMAT=FILE, not 'json'"),
    ],
)
def test_wrong_words(repository: MakeRepository, run: Run, words: tuple[str, ...], message: str) -> None:
    outcome = run("expand", repository({"a.xml": TYPES}), *words)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"idmxml: {message}\n")


def test_a_path_that_is_not_there(run: Run) -> None:
    assert run("expand", "nowhere").code == 2


def test_several_outputs(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"a.xml": TYPES + TABLE})
    files = (tmp_path / "out/a.json", tmp_path / "out/a.xml")
    run("expand", root, "--output", f"json={files[0]}", "--output", f"xml={files[1]}")
    assert parsed(files[0].read_text(encoding="utf-8"), "expansion")["summary"]["elements"] == 3
    assert files[1].read_text(encoding="utf-8").startswith(START)


def test_a_broken_file_among_others(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": TYPES + TABLE, "b.xml": b"<ConfigurationFile"})
    outcome = run("expand", root)
    assert outcome.code == 1
    assert outcome.err.startswith("note: 'b.xml' can't be read in full (line 1: ")
    assert "a.xml:6: EntityTypeDisplayTable[HR_Site]: 3 elements\n" in outcome.out
    assert run("expand", root, "-q").err == ""


def test_the_same_bytes_again(run: Run) -> None:
    assert run("expand", SAMPLE, "--format", "json") == run("expand", SAMPLE, "--format", "json")


def test_the_sample_without_scaffoldings_is_as_clean(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "contoso"
    shutil.copytree(SAMPLE, copy)
    items = expand_repository(copy, CheckOptions()).expansion.items()
    for file in (copy / "Conf").rglob("*.xml"):
        file.unlink()
    body = "".join(f"{line}\n" for item in items for line in element_lines(item))
    (copy / "Conf/All.xml").write_text(f"{START}{body}</ConfigurationFile>\n", encoding="utf-8")
    outcome = run("check", copy, "--format", "concise", "--fail-on", "warning")
    assert [line for line in outcome.out.splitlines() if " error " in line or " warning " in line] == []
    assert outcome.code == 0
