"""Fixtures of all tests: a repository from a dictionary, the command run in process, golden files; no network."""

import io
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from command_run import Golden, MakeRepository, Outcome, Run
from hypothesis import settings

from idmxml.cli.main import main
from idmxml.testing.rule_cases import as_document

SAMPLES = Path(__file__).parents[1] / "samples"
GOLDEN = Path(__file__).parent / "golden"
NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"})

ON_DEMAND = "not benchmark"

settings.register_profile("stable", derandomize=True, deadline=None, database=None)
settings.load_profile("stable")


class Gate:
    """Whether the process may use the network; asked by an audit hook, which can't be circumvented or removed."""

    open = True

    @classmethod
    def watch(cls, event: str, arguments: tuple[object, ...]) -> None:
        if event in NETWORK and not cls.open and not _is_local(arguments):
            raise RuntimeError(f"a test used the network: {event}; mark it live when it starts a server of its own")


def _is_local(arguments: tuple[object, ...]) -> bool:
    """Whether the socket is one within this machine's kernel, such as processes use among themselves."""
    return any(isinstance(each, str | bytes) and each[:1] in {"/", b"/", "\0", b"\0"} for each in arguments)


sys.addaudithook(Gate.watch)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files with what the tests produce")
    parser.addoption("--benchmark-connectors", type=int, default=100, help="size of the repository that benchmarks check")


def pytest_configure(config: pytest.Config) -> None:
    """Coverage has a floor for the whole; a part of the tests is run without it."""
    plugin = config.pluginmanager.getplugin("_cov")
    if plugin is None or _is_whole(config):
        return
    plugin.options.no_cov = True
    if plugin.cov_controller is not None:
        plugin.cov_controller.cov.stop()


def _is_whole(config: pytest.Config) -> bool:
    """Whether every test is run, but for those that are run on demand."""
    if hasattr(config, "workerinput"):  # one process of several, whose first one has decided
        return "cov_master_host" in config.workerinput
    chosen = config.getoption("keyword") or config.getoption("deselect") or config.getoption("collectonly")
    from_settings = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return from_settings and not chosen and config.getoption("markexpr") == ON_DEMAND


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    Gate.open = request.node.get_closest_marker("live") is not None
    yield
    Gate.open = True


@pytest.fixture
def repository(tmp_path: Path) -> MakeRepository:
    counter = itertools.count()

    def make(files: Mapping[str, str | bytes]) -> Path:
        number = next(counter)
        root = tmp_path / ("repository" + (str(number) if number else ""))
        root.mkdir()
        for name, content in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_content(file, content))
        return root

    return make


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def call(*words: str | Path, cwd: Path | None = None, environment: dict[str, str] | None = None) -> Outcome:
        streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["idmxml", *map(str, words)])
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            patch.chdir(cwd or tmp_path)
            for name, value in (environment or {}).items():
                patch.setitem(os.environ, name, value)
            code = _exit_code()
        out, err = (each.buffer.getvalue().decode() for each in streams)
        return Outcome(code, out, err)

    return call


def _content(file: Path, content: str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    return (as_document(content) if file.suffix.lower() == ".xml" else content).encode()


def _exit_code() -> int:
    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
            return
        assert file.is_file(), f"there is no {file}; run pytest with --update-golden and review the new file"
        stored = file.read_bytes()
        assert text.encode().decode() == stored.decode()
        assert text.encode() == stored

    return compare


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {text}", end="")  # noqa: T201  what a benchmark is for

    return say


@pytest.fixture
def contoso(tmp_path: Path) -> Path:
    root = tmp_path / "contoso"
    shutil.copytree(SAMPLES / "contoso", root)
    return root
