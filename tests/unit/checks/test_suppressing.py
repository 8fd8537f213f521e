"""Findings that comments silence, over a whole check."""

from command_run import MakeRepository

from idmxml import Report, check


def found(report: Report) -> list[tuple[str, str, int]]:
    return [(each.code, each.span.path, each.span.line) for each in report.diagnostics]


CONNECTION = '<Connection Identifier="HR_Export" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>'
AGENT = "<Agent Identifier='A' DisplayName_L1='x'/>"
NEW = AGENT.replace("/>", " New='1'/>")
OTHER = AGENT.replace("'A'", "'B'")


def test_findings_of_all_steps_are_silenced(repository: MakeRepository) -> None:
    root = repository(
        {
            "structure.xml": f"<!-- idmxml: ignore IDM1003 a later version has it -->\n{NEW}",
            "reference.xml": f"<!-- idmxml: ignore IDM2004, IDM3001 elsewhere -->\n{CONNECTION}",
            "double.xml": f"{OTHER}\n<!-- idmxml: ignore IDM2001 both -->\n{OTHER}",
        }
    )
    assert found(check(root, select=["IDM0", "IDM1", "IDM2", "IDM3001"])) == []


def test_only_the_element_behind_the_comment_and_what_it_holds(repository: MakeRepository) -> None:
    xml = (
        "<!-- idmxml: ignore IDM1003 inside -->\n"
        '<EntityType Identifier="A" DisplayName_L1="A">\n'
        '<Property Identifier="x" DisplayName_L1="x" IsKey="true" New="1"/>\n'
        "</EntityType>\n"
        '<Agent Identifier="A" DisplayName_L1="A" New="1"/>'
    )
    assert found(check(repository({"a.xml": xml}), select=["IDM1003"])) == [("IDM1003", "a.xml", 7)]


def test_an_unused_comment_is_told_and_one_for_a_rule_that_did_not_run_is_not(repository: MakeRepository) -> None:
    root = repository({"a.xml": '<!-- idmxml: ignore IDM1003 nothing -->\n<Agent Identifier="A" DisplayName_L1="A"/>'})
    assert found(check(root)) == [("IDM0008", "a.xml", 3)]
    assert found(check(root, ignore=["IDM1003"])) == []
    assert found(check(root, ignore=["IDM0008"])) == []


def test_comments_in_utf_16_are_read(repository: MakeRepository) -> None:
    text = (
        '<?xml version="1.0" encoding="utf-16"?>'
        '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">'
        '<!-- idmxml: ignore IDM1003 --><Agent Identifier="A" DisplayName_L1="A" New="1"/></ConfigurationFile>'
    )
    assert found(check(repository({"a.xml": text.encode("utf-16")}))) == []
