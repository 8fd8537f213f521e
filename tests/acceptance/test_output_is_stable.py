"""The same input gives the same bytes: whatever the number of processes, the hash seed and the order of files on disk."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_run import MakeRepository

from idmxml.reports.formats import FORMATS

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
WRONG = """
<Agent Identifier="London{0}" DisplayName_L1="London" Stat="1"/>
<Agent Identifier="Same" DisplayName_L1="Same" State="Onlin"/>
<Connector Identifier="C{0}" DisplayName_L1="C" Agent="Lndon" MaxPercentageDeletedLines="500"/>
<Connection Identifier="x_{0}" DisplayName_L1="x" Connector="C{1}" Package="Usercube.CVS@0000001"/>
<EntityType Identifier="E{0}" DisplayName_L1="E">
  <Property Identifier="a" DisplayName_L1="a" TargetColumnIndex="4"/>
  <Property Identifier="b" DisplayName_L1="b" TargetColumnIndex="4" Type="ForeignKey"/>
</EntityType>
<DisplayEntityType Identifier="E{1}"><Property Identifier="c"/></DisplayEntityType>
"""
COUNT = 8
# Comments that make the files so large that several processes are worth their while.
PADDING = "<!-- " + "padding " * 120_000 + "-->\n"


def output(folder: Path, *words: str, seed: str = "0") -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "idmxml", "check", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 1
    return done.stdout


def files(padding: str = "") -> dict[str, str | bytes]:
    wrong = {f"Conf/{number}.xml": padding + WRONG.format(number, (number + 1) % COUNT) for number in range(COUNT)}
    return {**wrong, "Conf/broken.xml": b"<a", "Conf/foreign.xml": b"<a/>"}


@pytest.fixture
def faulty(repository: MakeRepository) -> Path:
    return repository(files())


def test_jobs_and_hash_seeds(repository: MakeRepository) -> None:
    faulty = repository(files(PADDING))
    first = output(faulty, "--format", "json", "--jobs", "1")
    assert first.count(b'"code"') > 8 * COUNT
    for jobs, seed in (("2", "0"), ("4", "1"), ("0", "12345"), ("1", "random")):
        assert output(faulty, "--format", "json", "--jobs", jobs, seed=seed) == first


@pytest.mark.parametrize("name", FORMATS)
def test_every_format(name: str, faulty: Path) -> None:
    assert output(faulty, "--format", name, seed="1") == output(faulty, "--format", name, seed="2")


def test_order_of_files_on_disk_and_of_paths(faulty: Path, tmp_path: Path) -> None:
    first = output(faulty, "--format", "json")
    copy = tmp_path / "copy" / faulty.name
    shuffled = sorted(each for each in faulty.rglob("*") if each.is_file())
    random.Random(7).shuffle(shuffled)
    for each in shuffled:
        place = copy / each.relative_to(faulty)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(each, place)
    assert output(copy, "--format", "json").replace(os.fsencode(copy), os.fsencode(faulty)) == first
    names = [each.relative_to(faulty).as_posix() for each in shuffled]
    assert output(faulty, "--format", "concise", *names) == output(faulty, "--format", "concise", *reversed(names))
