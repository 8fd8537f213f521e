"""What a compilation promises, of samples with chance edits: it is final, clean, complete, and does not depend on the files."""

import random
import shutil
from pathlib import Path

import pytest
from lxml import etree
from mutations import borrow_value, drop_attribute, misspell_value, remove

import idmxml
from idmxml.compiling.compiled import Compiled, CompileOptions, compile_repository
from idmxml.compiling.run import compile_to
from idmxml.diagnostics import Severity
from idmxml.diff.nodes import nodes_of
from idmxml.facts.language import NAMESPACE
from idmxml.model.objects import Declared
from idmxml.options import CheckOptions

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
ROUNDS = 4
OPEN = f'<ConfigurationFile xmlns="{NAMESPACE}">'
WAYS = (
    CompileOptions(),
    CompileOptions(keep_scaffoldings=True),
    CompileOptions(explicit_defaults=True),
    CompileOptions(comments=True, single_file=True),
)
# Chance edits may leave the same object twice, and which one counts is nobody's to say.
DOUBLE = "IDM2001"


def spoil(element: etree._Element, chance: random.Random) -> None:
    chance.choice((misspell_value, borrow_value, drop_attribute, remove, respell, respell))(element, chance)


def respell(element: etree._Element, chance: random.Random) -> None:
    """Another spelling that says the same."""
    for name, value in list(element.attrib.items()):
        if value in {"true", "false"}:
            element.set(str(name), chance.choice({"true": ("1", "True"), "false": ("0", "False")}[str(value)]))
        elif str(value).isdecimal() and name in {"TargetColumnIndex", "MaximumDeletedLines", "Timeout", "OutputType"}:
            element.set(str(name), f" {value!s} ")


@pytest.fixture
def edited(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the sample with chance edits that leave no object twice."""
    for attempt in range(50):
        chance = random.Random(1000 * request.param + attempt)
        root = tmp_path / f"edited{attempt}"
        shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("appsettings*"))
        for file in chance.sample(sorted((root / "Conf").rglob("*.xml")), 5):
            tree = etree.parse(file)
            for _ in range(3):
                spoil(chance.choice(list(tree.getroot().iter("*"))[1:] or [tree.getroot()]), chance)
            tree.write(file, encoding="utf-8", xml_declaration=True)
        if all(each.code != DOUBLE for each in idmxml.check(root, jobs=1).diagnostics):
            return root
    raise AssertionError("no edit of fifty is sound")


def rounds() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("edited", range(ROUNDS), indirect=True)


def texts(of: Compiled) -> dict[str, str]:
    return {path: each.data.decode() for path, each in of.written.items()}


def output(root: Path, folder: Path, wanted: CompileOptions) -> dict[str, bytes]:
    """The files of an output; the manifest tells the files it was made from, so it differs by nature."""
    compile_to(folder, root, CheckOptions(jobs=1), wanted, {}, force=True)
    files = {each.relative_to(folder).as_posix(): each for each in folder.rglob("*") if each.is_file()}
    return {name: files[name].read_bytes() for name in sorted(files) if name != "manifest.json"}


@rounds()
@pytest.mark.parametrize("wanted", WAYS, ids=["plain", "kept", "explicit", "single"])
def test_compiling_an_output_changes_nothing(edited: Path, wanted: CompileOptions, tmp_path: Path) -> None:
    first = output(edited, tmp_path / "first", wanted)
    assert output(tmp_path / "first", tmp_path / "second", wanted) == first


@rounds()
def test_an_output_is_as_clean_as_its_input(edited: Path, tmp_path: Path) -> None:
    output(edited, tmp_path / "out", CompileOptions(keep_scaffoldings=True))
    before, after = (serious(each) for each in (edited, tmp_path / "out"))
    assert after <= before


def serious(root: Path) -> set[tuple[str, str]]:
    """The errors and warnings, by code and object."""
    found = idmxml.check(root, jobs=1).diagnostics
    return {(each.code, each.object) for each in found if each.severity > Severity.INFO}


@rounds()
@pytest.mark.parametrize("wanted", WAYS, ids=["plain", "kept", "explicit", "single"])
def test_the_object_model_stays(edited: Path, wanted: CompileOptions, tmp_path: Path) -> None:
    before = compile_repository(edited, CheckOptions(), wanted)
    output(edited, tmp_path / "out", wanted)
    after = compile_repository(tmp_path / "out", CheckOptions(), wanted)
    whole = before.expansion.items()
    assert sorted(each.order for each in nodes_of(whole)) == sorted(each.order for each in nodes_of(after.expansion.items()))


@rounds()
def test_the_public_model_stays(edited: Path, tmp_path: Path) -> None:
    output(edited, tmp_path / "out", CompileOptions(keep_scaffoldings=True))
    before, after = (idmxml.load_model(each) for each in (edited, tmp_path / "out"))
    for field in ("entity_types", "associations", "mappings", "connectors", "connections", "resource_types", "roles", "jobs"):
        mine, theirs = getattr(before, field), getattr(after, field)
        assert sorted(map(said, mine)) == sorted(map(said, theirs))


def said(each: Declared) -> str:
    """An object in words, without its place and the spelling of its attributes."""
    fields = [name for name in dir(each) if not name.startswith("_") and name not in {"place", "attributes", "names"}]
    values = [(name, getattr(each, name)) for name in fields if not callable(getattr(each, name))]
    told = [(name, parts(name, value) if isinstance(value, tuple) else value) for name, value in values]
    return repr((told, dict(each.names)))


def parts(name: str, value: tuple[Declared, ...]) -> list[str]:
    """The parts of an object; the order of the rules of a resource type means nothing."""
    told = [said(each) for each in value]
    return sorted(told) if name == "rules" else told


@rounds()
def test_order_and_split_of_files_do_not_matter(edited: Path, tmp_path: Path) -> None:
    found: list[str] = []
    for file in sorted((edited / "Conf").rglob("*.xml")):
        elements = etree.parse(file).getroot().iterchildren("*")
        found += [etree.tostring(each, encoding="unicode", with_tail=False) for each in elements]
    chance = random.Random(str(edited.name))
    chance.shuffle(found)
    other = tmp_path / "other"
    shutil.copytree(edited, other, ignore=shutil.ignore_patterns("*.xml"))
    (other / ".idmxml").mkdir(exist_ok=True)
    for number in range(3):
        (other / f"{number}.xml").write_text(f"{OPEN}{''.join(found[number::3])}</ConfigurationFile>", encoding="utf-8")
    options = CompileOptions()
    mine, theirs = (texts(compile_repository(each, CheckOptions(), options)) for each in (edited, other))
    assert mine == theirs
