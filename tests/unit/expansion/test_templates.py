"""Every scaffolding with a documented result has a template, every template is one of a scaffolding, and all are sound."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from idmxml.expansion import templates
from idmxml.expansion.configuration import Configuration
from idmxml.expansion.expand import KEPT, expand
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment, read_bytes
from idmxml.expansion.templates import TemplateFault, header, render, tags
from idmxml.facts.load import language

HERE = Path(__file__).parent
REFERENCE = HERE.parents[3] / "shared/reference/elements/configuration.yaml"
NOWHERE = Origin("a.xml", 1, 1)
SCAFFOLDINGS = [each for each in language() if each.role == "scaffolding"]


def base() -> tuple[Item, ...]:
    return read_bytes("base.xml", (HERE / "base.xml").read_bytes()).items


def fragment(text: str) -> tuple[Item, ...]:
    return parse_fragment(text, NOWHERE)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not beside this checkout")
def test_there_is_a_template_for_every_documented_result() -> None:
    entries = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    assert tags() == {each["element"] for each in entries if each.get("emits")}


def test_every_template_belongs_to_a_scaffolding() -> None:
    assert tags() <= {each.id for each in SCAFFOLDINGS}


@pytest.mark.parametrize("tag", sorted(tags()))
def test_a_template_expands_from_its_attributes_alone(tag: str) -> None:
    values = {"EntityType": "HR_Person", "Profile": "Support", "Connector": "AD", "Universe": "People", "JobIdentifier": "J"}
    values |= {"Workflow": "HR_Person_Hire", "DisplayTableIdentifier": "HR_Person", "Package": "Usercube.CSV@0000001"}
    kind = language().kind(tag)
    given = {name: value for name, value in values.items() if name in kind.attributes}
    scaffolding = Item.made(tag, tag, given, (), NOWHERE)
    found = expand([*base(), scaffolding])
    own = next(each for each in found.results if each.scaffolding is scaffolding)
    called = [each for each in found.results if each.chain[:1] == own.chain and each is not own]
    assert own.items or called or own.status == KEPT
    for item in (one for each in (own, *called) for top in each.items for one in top.walk()):
        assert item.kind is not None, f"{tag} generates the unknown {item.tag}"
        unknown = set(item.attributes) - set(language().kind(item.kind).attributes)
        assert not unknown, f"{tag} gives {item.tag} unknown attributes"
        assert "None" not in item.attributes.values()


@pytest.mark.parametrize("tag", sorted(tags()))
def test_a_template_begins_with_what_it_is_for(tag: str) -> None:
    found = header(tag)
    assert found.summary[0].isupper()
    assert not found.summary.endswith(".")
    assert 1 <= found.phase <= 5


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates in the place of ours."""
    caches = (templates.header, templates.tags, templates._environment)
    monkeypatch.setattr(templates, "folder", lambda: tmp_path)
    for each in caches:
        each.cache_clear()
    yield tmp_path
    for each in caches:
        each.cache_clear()


def rendered(folder: Path, text: str, scaffolding: str = "<CleanDatabaseJob/>", others: str = "") -> tuple[Item, ...]:
    item = fragment(scaffolding)[0]
    (folder / f"{item.tag}.xml.j2").write_text(f"{{# A try; phase: 4 #}}\n{text}", encoding="utf-8")
    return render(item, Configuration(fragment(others)), NOWHERE).items


def test_values_are_escaped(own_templates: Path) -> None:
    call = '<ReportAccessControlRules Profile="a&lt;&amp;&quot;&#10;b"/>'
    found = rendered(own_templates, '<Profile Identifier="{{ s.Profile }}" DisplayName_L1="x"/>', call)
    assert found[0].attributes == {"Identifier": 'a<&"\nb', "DisplayName_L1": "x"}


def test_what_renders_empty_is_left_out(own_templates: Path) -> None:
    text = (
        "{% set nothing, yes, no = none, true, false %}"
        '<Job Identifier="J" Agent="{{ nothing }}" IsIncremental="{{ yes }}" UserStartDenied="{{ no }}" LogLevel=""/>'
    )
    assert rendered(own_templates, text)[0].attributes == {
        "Identifier": "J",
        "IsIncremental": "true",
        "UserStartDenied": "false",
    }


def test_texts_in_undeclared_languages_are_left_out(own_templates: Path) -> None:
    text = '<Job Identifier="J" DisplayName_L1="a" DisplayName_L2="b"/>'
    found = rendered(own_templates, text, others='<Language Code="en-US" IndicatorNumber="1"/>')
    assert found[0].attributes == {"Identifier": "J", "DisplayName_L1": "a"}


@pytest.mark.parametrize(
    "text",
    [
        "{{ s.Nonsense }}",
        "{{ args.Nonsense }}",
        "{{ q.nonsense() }}",
        "{{ nonsense }}",
        "{% if %}",
        "<Job>",
        '<Job Identifier="{{ text("Nonsense", "a", 1) }}"',
    ],
)
def test_a_mistake_in_a_template_is_told(own_templates: Path, text: str) -> None:
    with pytest.raises(TemplateFault, match="the template of CleanDatabaseJob fails"):
        rendered(own_templates, text)


def test_a_template_without_a_first_line_is_told(own_templates: Path) -> None:
    (own_templates / "CleanDatabaseJob.xml.j2").write_text("<Job/>", encoding="utf-8")
    with pytest.raises(TemplateFault, match="does not begin with a comment"):
        expand(fragment("<CleanDatabaseJob/>"))


def test_templates_that_call_each_other_are_told(own_templates: Path) -> None:
    (own_templates / "CleanDatabaseJob.xml.j2").write_text("{# A; phase: 1 #}\n<CreateConnectorsJobs/>", encoding="utf-8")
    (own_templates / "CreateConnectorsJobs.xml.j2").write_text("{# B; phase: 1 #}\n<CleanDatabaseJob/>", encoding="utf-8")
    with pytest.raises(TemplateFault, match="leads back to CleanDatabaseJob"):
        expand(fragment("<CleanDatabaseJob/>"))
