"""What check takes for generated and what the templates generate are the same."""

from pathlib import Path

import pytest
from command_run import MakeRepository, Run
from lxml import etree

from idmxml.expansion.expand import expand
from idmxml.expansion.item import Item
from idmxml.expansion.made import made_names
from idmxml.expansion.read import read_bytes
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.options import CheckOptions
from idmxml.pipeline import look_at, plain_order, repository_at
from idmxml.source.repository import discover

HERE = Path(__file__).parent
FILES = sorted((HERE.parents[1] / "golden/expansion").glob("*.xml"))
HEAD = '<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">'


def call_in(file: Path) -> str:
    comment = etree.parse(file).getroot().getprevious()
    assert isinstance(comment, etree._Comment)
    return f"{HEAD}{comment.text}</ConfigurationFile>"


def context_of(root: Path) -> Context:
    repository = repository_at(root, CheckOptions())
    order = plain_order(repository, frozenset({"IDM2001"}))
    return look_at(repository, repository.root, order, 1, lambda _done: None).context


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_generated_name_is_known_to_check(file: Path, repository: MakeRepository) -> None:
    base = (HERE / "base.xml").read_bytes()
    call = call_in(file)
    context = context_of(repository({"idmxml.toml": "", "base.xml": base, "call.xml": call.encode()}))
    expansion = expand([*read_bytes("base.xml", base).items, *read_bytes("call.xml", call.encode()).items])
    for top in (item for each in expansion.results for item in each.items):
        for item in top.walk():
            if _is_named(item) and (item.get("EntityType") or "HR_Person") in context.entity_types:
                assert context.generated.has(item.kind or "", item.identity), item


def _is_named(item: Item) -> bool:
    kind = language().kind(item.kind or "")
    completes = item.mode == "Merge"
    return kind.scope == "global" and kind.identity == ("Identifier",) and not completes and kind.id != "Step"


JOB = (
    '<CreateConnectorSynchroComplete Connector="AD" JobIdentifier="Night" DisplayName_L1="Night">'
    '<OpenIdIdentifier Identifier="Job"/></CreateConnectorSynchroComplete>'
)


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("Night_Export_AD_Complete_ADExport", False),
        ("Night_Export_AD_Complete_ADExprot", True),
        ("Night_Export_HR_Complete_ADExport", False),
        ("Night_Synchronize_AD", False),
        ("Night_Synchronize_Ad", True),
        ("Night_Fulfill1", False),
    ],
)
def test_a_reference_to_a_generated_task_is_exact(repository: MakeRepository, run: Run, task: str, found: bool) -> None:
    step = f'<Job Identifier="Own" DisplayName_L1="Own"><Step Identifier="{task}" Level="0"/></Job>'
    base = (HERE / "base.xml").read_bytes()
    root = repository({"idmxml.toml": "", "base.xml": base, "job.xml": f"{HEAD}{JOB}{step}</ConfigurationFile>"})
    out = run("check", root / "job.xml", "--select", "IDM3001", "--format", "concise").out
    assert (f"'{task}'" in out) == found


def test_names_that_scaffoldings_make(repository: MakeRepository) -> None:
    calls = '<EntityReportDefault EntityType="AD_Entry" Profile="Support"/>'
    calls += '<UniverseDataModel Universe="People" EntityType="AD_Entry"/>'
    root = repository({"base.xml": (HERE / "base.xml").read_bytes(), "call.xml": calls})
    found = made_names(discover([root], root).files, 1_000_000)
    assert found["AccessControlRule"]["Support_ReportQuery"] == "ReportAccessControlRules[Support]"
    assert found["MenuItem"] == {"Reports_Resources_AD_Entry": "TargetResourceReportMenus[AD_Entry]"}
    assert "Universe" not in found


def test_only_what_is_generated_is_told_to_be_replaced(repository: MakeRepository, run: Run) -> None:
    """Both names are of the documented form; the entity type of the second is no dimension."""
    calls = '<AssignProfileAccessControlRules Profile="Support"/>'
    for name in ("HR_Team", "HR_Person"):
        calls += (
            f'<AccessControlRule Identifier="Support_{name}_AccessControl_AssignedProfile" DisplayName_L1="x" '
            f'EntityType="{name}" Profile="Support"/>'
        )
    root = repository({"idmxml.toml": "", "base.xml": (HERE / "base.xml").read_bytes(), "call.xml": calls})
    out = run("check", root / "call.xml", "--select", "silent-replacement", "--format", "concise").out
    assert "replaces the one that AssignProfileAccessControlRules[Support] generates" in out
    assert out.count("IDM4152") == 1
