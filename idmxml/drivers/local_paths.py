"""Paths of the agent's machine to those of this one, by the folders that ``[paths]`` of ``idmxml.toml`` maps."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from idmxml.settings.texts import is_windows_path


@dataclass(frozen=True)
class LocalPaths:
    """The mapping: folders of the agent to local ones, which are relative to ``base``.

    The longest folder that a path lies in counts. Slashes of either kind are the same; so is case, for paths of Windows.
    """

    base: Path = field(default_factory=Path)
    folders: Mapping[str, str] = field(default_factory=dict)

    def find(self, agent_path: str) -> Path | None:
        """The local path, whether anything is there or not; None for a path that only another machine can have."""
        steps = steps_of(agent_path)
        best: tuple[int, str] | None = None
        for folder, local in self.folders.items():
            own = steps_of(folder)
            if own == steps[: len(own)] and (best is None or len(own) > best[0]):
                best = (len(own), local)
        if best is None:
            return Path(agent_path) if _is_native(agent_path) else None
        rest = _spelt_steps(agent_path)[best[0] :]
        return _in_any_case(self.base / best[1].replace("\\", "/"), rest) if rest else self.base / best[1].replace("\\", "/")

    def shown(self, path: Path) -> str:
        """A local path for messages: from ``base`` on when it lies below, so that it reads the same on every machine."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return str(path)


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a path, as two paths are compared: without regard to case for those of Windows."""
    spelt = _spelt_steps(path)
    return tuple(each.casefold() for each in spelt) if is_windows_path(path) or path.startswith("//") else spelt


def _spelt_steps(path: str) -> tuple[str, ...]:
    text = path.replace("\\", "/")
    head = ("//",) if text.startswith("//") else ("/",) if text.startswith("/") else ()
    steps: list[str] = []
    for each in text.split("/"):
        if each == ".." and steps:
            steps.pop()
        elif each not in {"", "."}:
            steps.append(each)
    return (*head, *steps)


def _is_native(path: str) -> bool:
    """Whether a path may be one of this machine: absolute in its own way, or relative without any sign of another system."""
    if os.name == "nt":
        return PureWindowsPath(path).is_absolute()
    return PurePosixPath(path).is_absolute() and not path.startswith("//")


def _in_any_case(folder: Path, rest: tuple[str, ...]) -> Path:
    """``rest`` below ``folder``, in the case that is there when the exact one is not, as Windows finds it."""
    found = folder
    for step in rest:
        exact = found / step
        found = exact if exact.exists() else _alike(found, step) or exact
    return found


def _alike(folder: Path, name: str) -> Path | None:
    try:
        return next((each for each in sorted(folder.iterdir()) if each.name.casefold() == name.casefold()), None)
    except OSError:
        return None
