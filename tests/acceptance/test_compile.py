"""``idmxml compile`` as it is called: what it writes, what it refuses, what it tells."""

import json
import os
import shutil
import tomllib
from pathlib import Path

import pytest
from command_run import Golden, MakeRepository, Run, contents
from jsonschema import Draft202012Validator

from idmxml.facts.files import schemas_folder
from idmxml.facts.language import NAMESPACE

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
HR = """
<Connector Identifier="HR" DisplayName_L1="HR" Agent="london" IsDeactivated="0"/>
<Agent Identifier="London" DisplayName_L1="London"/>
<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
<EntityType Identifier="HR_User" DisplayName_L1="User">
  <Property Identifier="Code" DisplayName_L1="Code" IsKey="True" TargetColumnIndex=" 4" Type="String"/>
</EntityType>
<EntityTypeMapping Identifier="HR_User" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="1"/>
</EntityTypeMapping>
<!-- Shown to all. -->
<EntityTypeDisplayName EntityType="HR_User"/>
"""
LARGE = f"<!-- {'x' * 3_000_000} -->"


def loaded(file: Path) -> dict[str, object]:
    stored: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return stored


def test_the_sample_in_one_file(run: Run, tmp_path: Path, golden: Golden) -> None:
    outcome = run("compile", SAMPLE, "-o", tmp_path / "out", "--single-file")
    assert outcome.code == 0
    golden("compile/contoso/Configuration.xml", (tmp_path / "out/Conf/Configuration.xml").read_text(encoding="utf-8"))
    manifest = loaded(tmp_path / "out/manifest.json")
    told = {name: manifest[name] for name in ("counts", "schemas", "connections", "scaffoldings", "adjusted")}
    golden("compile/contoso/manifest-parts.json", json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    golden("compile/contoso/model.json", (tmp_path / "out/model.json").read_text(encoding="utf-8"))


def test_the_sample_is_clean_and_the_same_again(run: Run, tmp_path: Path) -> None:
    assert run("compile", SAMPLE, "-o", tmp_path / "one").code == 0
    assert run("compile", SAMPLE, "-o", tmp_path / "two").code == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    checked = run("check", tmp_path / "one", "--fail-on", "info")
    assert checked.code == 0, checked.out
    assert run("fmt", "--check", tmp_path / "one").code == 0
    for name in ("manifest", "model"):
        schema = json.loads((schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(loaded(tmp_path / f"one/{name}.json"))


def test_layout_and_spelling(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR, "idmxml.toml": ""})
    outcome = run("compile", root, "-o", tmp_path / "out", "--comments")
    assert outcome.code == 0, outcome.out + outcome.err
    found = contents(tmp_path / "out")
    assert {each for each in found if each.startswith("Conf/")} == {"Conf/Agents.xml", "Conf/HR/HR Connector.xml"}
    text = found["Conf/HR/HR Connector.xml"].decode()
    assert '<Connector Identifier="HR" DisplayName_L1="HR" Agent="London" />' in text
    assert '<Property Identifier="Code" DisplayName_L1="Code" IsKey="true" TargetColumnIndex="4" />' in text
    assert '<Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true" />' in text
    assert "Shown to all" not in text
    objects = loaded(tmp_path / "out/manifest.json")["objects"]
    assert isinstance(objects, list)
    made = next(each for each in objects if each["kind"] == "EntityPropertyExpression")
    assert made["made_by"] == [{"scaffolding": "EntityTypeDisplayName", "identity": "HR_User", "path": "all.xml", "line": 14}]


def test_scaffoldings_and_comments_may_stay(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR, "idmxml.toml": ""})
    assert run("compile", root, "-o", tmp_path / "out", "--keep-scaffoldings", "--comments", "--explicit-defaults").code == 0
    found = {name: data.decode() for name, data in contents(tmp_path / "out").items() if name.endswith(".xml")}
    text = "".join(found.values())
    assert "  <!-- Shown to all. -->\n  <EntityTypeDisplayName " in text
    assert 'Type="String"' in text


def test_errors_stand_in_the_way(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR.replace('Agent="london"', 'Agent="Paris"')})
    outcome = run("compile", root, "-o", tmp_path / "out")
    assert outcome.code == 1
    assert outcome.out.startswith("all.xml:4: IDM3001: ")
    assert outcome.err == "idmxml: nothing is written: the check finds 1 error; see 'idmxml check', or use --force\n"
    assert not (tmp_path / "out").exists()
    assert run("compile", root, "-o", tmp_path / "out", "--force").code == 0
    manifest = loaded(tmp_path / "out/manifest.json")
    assert manifest["forced"] is True
    assert manifest["check"] == {"error": 1, "warning": 0, "info": 0}


@pytest.mark.parametrize("padding", ["", LARGE], ids=["alone", "beside the check"])
def test_errors_count_before_what_they_lead_to(padding: str, repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    root = repository({"all.xml": HR.replace('Agent="london"', 'Agent="Paris"') + padding})
    for folder in ("file/out", "new/out"):
        outcome = run("compile", root, "-o", tmp_path / folder)
        assert (outcome.code, outcome.out.partition(":")[0]) == (1, "all.xml")
        assert outcome.err == "idmxml: nothing is written: the check finds 1 error; see 'idmxml check', or use --force\n"
    forced = run("compile", root, "-o", tmp_path / "file/out", "--force")
    assert (forced.code, forced.err) == (3, f"idmxml: {tmp_path / 'file'} can't be written: File exists\n")
    assert [each.name for each in tmp_path.iterdir() if each != root] == ["file"]


@pytest.mark.parametrize("padding", ["", LARGE], ids=["alone", "beside the check"])
def test_numbers_of_any_length(padding: str, repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR.replace('" 4"', f'"{"9" * 5000}"') + padding})
    assert run("compile", root, "-o", tmp_path / "out").code == 1
    assert run("compile", root, "-o", tmp_path / "out", "--force").code == 0
    types = json.loads((tmp_path / "out/model.json").read_text())["entity_types"]
    assert [each["column"] for each in types[0]["properties"]] == [None]


def test_large_repositories_give_the_same(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR + LARGE})
    outputs = []
    for jobs in ("1", "2"):
        assert run("compile", root, "-o", tmp_path / jobs, "--jobs", jobs).code == 0
        outputs.append(contents(tmp_path / jobs))
    assert outputs[0] == outputs[1]


def test_only_a_former_output_is_replaced(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR, "idmxml.toml": ""})
    out = tmp_path / "out"
    assert run("compile", root, "-o", out).code == 0
    assert run("compile", root, "-o", out, "--single-file").code == 0
    assert [each for each in contents(out) if each.startswith("Conf/")] == ["Conf/Configuration.xml"]
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    outcome = run("compile", root, "-o", out)
    assert (outcome.code, outcome.err.count("holds 'mine.txt', which idmxml compile did not write")) == (2, 1)
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}", encoding="utf-8")
    assert "is not empty" in run("compile", root, "-o", other).err
    assert "holds the configuration itself" in run("compile", root, "-o", root).err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other", "out", "repository"]


def test_an_output_inside_the_repository_is_no_part_of_it(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/all.xml": HR, "idmxml.toml": ""})
    assert run("compile", root, "-o", root / "build").code == 0
    first = contents(root / "build")
    assert run("compile", root, "-o", root / "build").code == 0
    assert contents(root / "build") == first
    assert run("check", root, "--fail-on", "error").code == 0


def test_silenced_findings_stay_silenced(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    bad = HR.replace("<Connector ", "<!-- idmxml: ignore IDM3001 comes later -->\n<Connector ").replace("london", "Paris")
    root = repository({"all.xml": bad})
    assert run("compile", root, "-o", tmp_path / "out").code == 0
    assert run("check", tmp_path / "out").code == 0


def test_comments_that_silence_nothing_any_more_are_left_out(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    """One before the root silences a whole file, whose elements may go apart; a reference gets the case of its target."""
    whole = "<!-- idmxml: ignore IDM3001 comes later -->\n<ConfigurationFile"
    other = '<Agent Identifier="Paris" DisplayName_L1="P"/><Connector Identifier="B" DisplayName_L1="B" Agent="Rome"/>'
    document = f'{whole} xmlns="{NAMESPACE}">{other}<Agent Identifier="Oslo" DisplayName_L1="O"/></ConfigurationFile>'
    case = HR.replace("<Connector ", "<!-- idmxml: ignore IDM3002 old -->\n<Connector ", 1)
    root = repository({"hr.xml": case, "other.xml": document.encode()})
    assert run("check", root, "--select", "IDM3001,IDM3002,IDM0008", "--fail-on", "info").code == 0
    assert run("compile", root, "-o", tmp_path / "out").code == 0
    written = b"".join(contents(tmp_path / "out/Conf").values()).decode()
    assert written.count("idmxml:") == 1
    assert '<!-- idmxml: ignore IDM3001 comes later -->\n  <Connector Identifier="B"' in written
    assert run("check", tmp_path / "out", "--select", "IDM3001,IDM0008").code == 0


def test_codes_that_silence_nothing_any_more_are_left_out(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    comment = "<!-- idmxml: ignore IDM3002, IDM3101, IDM2001 of old -->\n"
    text = (
        f'<Agent Identifier="Rome" DisplayName_L1="R"/>\n{comment}<Connector Identifier="B" DisplayName_L1="B" Agent="rome"/>'
    )
    assert run("compile", repository({"a.xml": text}), "-o", tmp_path / "out").code == 0
    written = (tmp_path / "out/Conf/B/B Connector.xml").read_text(encoding="utf-8")
    assert "<!-- idmxml: ignore IDM3101 of old -->\n  <Connector" in written


def test_options_about_findings_come_along(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    approval = '[[approve]]\ncode = "IDM3001"\nobject = "Connector[HR]/@Agent"\nreason = "a \\"b\\""\nexpires = 2999-01-31\n'
    options = f'ignore = ["IDM2004"]\nexclude = ["Conf"]\nmax-file-size = 5\n[severity]\nIDM9002 = "off"\n{approval}'
    own = '[[approve]]\ncode = "IDC3046"\nobject = "x"\nreason = """one\\\\\ntwo"""\n'
    root = repository({"all.xml": HR.replace("london", "Paris"), "idmxml.toml": options, "idmxml-approvals.toml": own})
    assert run("compile", root, "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out/idmxml.toml").read_text(encoding="utf-8").splitlines()[1:] == [
        'ignore = ["IDM2004"]',
        'severity = {"IDM9002" = "off"}',
        (
            'approve = [{"code" = "IDM3001", "object" = "Connector[HR]/@Agent", "reason" = "a \\"b\\"", "expires" = 2999-01-31}'
            ', {"code" = "IDC3046", "object" = "x", "reason" = "one\\\\\\ntwo"}]'
        ),
    ]
    assert run("check", tmp_path / "out").code == 0


def test_findings_of_the_baseline_stay_out(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"all.xml": HR.replace("london", "Paris"), "idmxml.toml": ""})
    assert run("compile", root, "-o", tmp_path / "out").code == 1
    assert run("baseline", root).code == 0
    for source, target in ((root, tmp_path / "out"), (tmp_path / "out", tmp_path / "again")):
        assert run("compile", source, "-o", target).code == 0
        assert run("check", target).code == 0
    manifest = loaded(tmp_path / "out/manifest.json")
    assert ".idmxml/baseline.json" in [each["path"] for each in manifest["inputs"]]  # type: ignore[attr-defined]


def test_options_keep_texts_of_any_characters(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    reason = 'first line\nsecond\tline \\ "quoted" \x7f \u00e9 \U0001f600'
    written = reason.replace("\\", "\\\\").replace('"', '\\"').replace("\x7f", "\\u007f").replace("\n", "\\n")
    options = f'[[approve]]\ncode = "IDM3001"\nobject = "Connector[HR]/@Agent"\nreason = "{written}"\n'
    root = repository({"all.xml": HR.replace("london", "Paris"), "idmxml.toml": options})
    assert run("compile", root, "-o", tmp_path / "out").code == 0
    stored = tomllib.loads((tmp_path / "out/idmxml.toml").read_text(encoding="utf-8"))
    assert stored == {
        "approve": [{"code": "IDM3001", "object": "Connector[HR]/@Agent", "reason": reason}],
    }


def test_files_that_are_named_come_along(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    language = '<Language Code="en-US" IndicatorNumber="1" JsonPath="texts/translation.en-US.json"/>'
    outside = '<Language Code="fr-FR" IndicatorNumber="2" JsonPath="../secret.json"/>'
    root = repository({"Conf/all.xml": language + outside, "Conf/texts/translation.en-US.json": "{}", "secret.json": "{}"})
    assert run("compile", root, "-o", tmp_path / "out", "--force").code == 0
    assert [each for each in contents(tmp_path / "out") if "secret" in each] == []
    assert contents(tmp_path / "out")["Conf/texts/translation.en-US.json"] == b"{}"


@pytest.mark.parametrize("secret", ["Connector", "path", "manifest", "files", "properties"])
def test_a_secret_may_be_any_word(repository: MakeRepository, run: Run, tmp_path: Path, secret: str) -> None:
    """The manifest and the model stay what their schemas describe, and the output is known for one of ours."""
    settings = {"Connections": {"HRExport": {"Path": "x", "Password": secret}}}
    root = repository({"all.xml": HR, "idmxml.toml": "", "appsettings.agent.json": json.dumps(settings)})
    for _ in range(2):
        assert run("compile", root, "-o", tmp_path / "out", "--force").code == 0
    for name in ("manifest", "model"):
        schema = json.loads((schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(loaded(tmp_path / f"out/{name}.json"))


def test_secrets_are_references(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "contoso"
    shutil.copytree(SAMPLE, root)
    agent = root / "appsettings.agent.json"
    text = agent.read_text(encoding="utf-8")
    assert '"ResponseUri"' not in text
    agent.write_text(
        text.replace('"Connections": {', '"Connections": {\n "ServiceNowITSM": {"Password": "canary-7h3"},', 1),
        encoding="utf-8",
    )
    outcome = run("compile", root, "-o", tmp_path / "out", "--force")
    assert outcome.code in {0, 1}
    assert [name for name, data in contents(tmp_path / "out").items() if b"canary-7h3" in data] == []


@pytest.mark.parametrize("connector", [None, "AD"])
@pytest.mark.parametrize("form", ["svg", "dot", "mermaid", "json"])
def test_graph(run: Run, form: str, connector: str | None, golden: Golden) -> None:
    words = ["--connector", connector] if connector else []
    outcome = run("graph", SAMPLE, "--format", form, *words)
    assert outcome.code == 0
    assert ("ServiceNow" in outcome.out) == (connector is None)
    if form == "svg":
        assert outcome.out.startswith("<?xml")
        assert ">AD_Entry<" in outcome.out
    elif connector:
        golden(f"graph/AD.{form}", outcome.out)
    if form == "json":
        schema = json.loads((schemas_folder() / "graph.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(json.loads(outcome.out))


def test_wrong_graphs(run: Run) -> None:
    assert "did you mean 'AD'" in run("graph", SAMPLE, "--connector", "ADD").err
    assert run("graph", SAMPLE, "--format", "png").code == 2


@pytest.mark.skipif(os.name == "nt", reason="such names are not possible there")
def test_names_of_faulty_files_are_told_on_one_line(repository: MakeRepository, run: Run) -> None:
    root = repository({"a\nb.xml": "<ConfigurationFile"})
    outcome = run("compile", root, "-o", root / "out")
    assert (outcome.code, len(outcome.out.splitlines())) == (1, 1)
    assert outcome.out.startswith(r"a\nb.xml:1: IDM0002: ")
