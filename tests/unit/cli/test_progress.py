"""The counter on standard error."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from idmxml.cli.progress import progress


def clock(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    left = list(times)
    monkeypatch.setattr("idmxml.cli.progress.time", SimpleNamespace(monotonic=lambda: left.pop(0)))


def test_it_appears_after_a_second_and_is_wiped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 0.0, 0.5, 1.2, 1.25, 2.0)
    with progress(visible=True) as tick:
        for _ in range(4):
            tick(1_000)
    wiped = "\r" + " " * len("checking: 4,000 files") + "\r"
    assert capsys.readouterr().err == f"\rchecking: 2,000 files\rchecking: 4,000 files{wiped}"


@pytest.mark.parametrize(("visible", "times"), [(False, (0.0, 5.0, 9.0)), (True, (0.0, 0.1, 0.9))])
def test_it_stays_away(
    visible: bool, times: tuple[float, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, *times)
    with progress(visible) as tick:
        tick(1)
        tick(1)
    assert capsys.readouterr().err == ""


def _fail_after(tick: Callable[[int], None]) -> None:
    tick(1)
    raise KeyError


def test_it_is_wiped_when_the_check_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 0.0, 2.0)
    with pytest.raises(KeyError), progress(visible=True) as tick:
        _fail_after(tick)
    assert capsys.readouterr().err.endswith("\r")
