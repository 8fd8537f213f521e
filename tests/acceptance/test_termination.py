"""A run that is told to end, or killed: what it started ends too, and its drafts are gone where it could see to that."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROC = Path("/proc")
SECONDS = 20.0
pytestmark = pytest.mark.skipif(not (PROC / "self/task").is_dir(), reason="this system does not list processes in /proc")
ENTITY = '<EntityType Identifier="E{number}" DisplayName_L1="E">{properties}</EntityType>'
PROPERTY = '<Property Identifier="P{number}" DisplayName_L1="P" Type="String" TargetColumnIndex="{number}"/>'


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository on which several processes work, for some seconds."""
    root = tmp_path_factory.mktemp("large")
    properties = "".join(PROPERTY.format(number=number) for number in range(4, 104))
    for file in range(40):
        entities = "".join(ENTITY.format(number=100 * file + number, properties=properties) for number in range(25))
        text = f'<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">{entities}</ConfigurationFile>'
        (root / f"{file}.xml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """What is started in the background, as these tests may be, passes on that interrupts are ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def children(pid: int) -> set[int]:
    return set(map(int, (PROC / str(pid) / "task" / str(pid) / "children").read_text(encoding="ascii").split()))


def is_alive(pid: int) -> bool:
    try:
        return (PROC / str(pid) / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(is_so: Iterator[bool]) -> bool:
    ends = time.monotonic() + SECONDS
    for each in is_so:
        if each:
            return True
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, -15), (signal.SIGKILL, -9), (signal.SIGINT, 2)], ids=["term", "kill", "int"]
)
@pytest.mark.parametrize("command", ["check", "compile", "fmt"])
def test_what_it_started_ends_with_it(command: str, number: signal.Signals, code: int, large: Path, tmp_path: Path) -> None:
    words = {
        "check": ["--jobs", "2", "--no-cache"],
        "compile": ["-o", str(tmp_path / "out")],
        "fmt": ["--check", "--jobs", "2"],
    }
    call = [sys.executable, "-m", "idmxml", command, str(large), *words[command]]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as running:
        assert until(bool(children(running.pid)) for _ in iter(int, 1))
        time.sleep(0.1)
        started = children(running.pid)
        running.send_signal(number)
        _, told = running.communicate(timeout=SECONDS)
    assert running.returncode == code
    assert number != signal.SIGINT or b"Traceback" not in told
    assert until(not any(map(is_alive, started)) for _ in iter(int, 1))
    assert number != signal.SIGINT or list(tmp_path.iterdir()) == []
