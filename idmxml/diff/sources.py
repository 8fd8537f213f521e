"""Where versions of a configuration come from: a folder, compiled or not, or a git revision; their files as bytes."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from idmxml.diagnostics import Checkout
from idmxml.diff.git_objects import Tree, read_blobs, tree_of, unknown_revision
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.model.names import closest
from idmxml.options import (
    APPROVALS_NAME,
    CONFIG_NAME,
    FileOptions,
    given_options,
    parse_file_options,
    repository_options,
    with_approvals,
)
from idmxml.settings.layers import FileName
from idmxml.settings.read import settings_files
from idmxml.source.repository import (
    MANIFEST,
    SCHEMAS,
    checkout_of,
    discover,
    find_root,
    is_excluded,
    is_of_compiled,
    recorded_schemas,
)

NEAR: Final = (CONFIG_NAME, ".idmxml")
Read = Callable[[], bytes]


@dataclass(frozen=True)
class Version:
    """One version of a configuration.

    ``name`` is how it was asked for, ``root`` the folder that paths are relative to; of a git revision, the commit and the
    folder in it. ``folder`` is that root as an absolute folder, of a revision where it lies when checked out. ``files`` are
    those of the configuration, ``recorded`` the recorded schemas, ``settings`` the settings files, by path, each with what
    reads it (OSError when it can't). ``is_whole`` tells that the root itself was asked for, so that nothing beside it was
    left out. ``asked`` is the file or folder that was asked for, absolute as ``folder`` is; ``tree`` is the git revision it was
    taken from, None for a folder. ``checkout`` is the checkout around ``folder``, None when there is no other. ``notes`` are
    sentences about what could not be read.
    """

    name: str
    root: str
    folder: str
    files: Mapping[str, Read]
    recorded: Mapping[str, Read]
    settings: Mapping[str, Read]
    options: FileOptions
    is_whole: bool
    asked: str = ""
    tree: Tree | None = None
    checkout: Checkout | None = None
    notes: tuple[str, ...] = ()


def version(word: str, here: Path, config: Path | None = None, settings: Path | None = None) -> Version:
    """The version that a word names: a path that is there, else a git revision ``REV`` or ``REV:PATH``.

    ``here`` is the folder whose git repository counts; ``config`` and ``settings`` replace what a folder has of its own.
    UsageError when the word names nothing.
    """
    path = here / word
    if os.path.exists(path):  # noqa: PTH110  says no to a word that can't be a path, where Path raises
        return _of_folder(word, path, config, settings)
    revision, colon, inside = word.partition(":")
    try:
        tree = tree_of(revision, here)
    except EnvironmentFault as fault:
        raise EnvironmentFault(f"there is no file or folder '{word}', and {fault}") from None
    if tree is None:
        raise unknown_revision(word, here)
    return _of_tree(word, tree, inside if colon else "", config, settings)


def larger_part(one: Version, other: Version) -> str | None:
    """A sentence when one version is a git revision of more than the part of its repository that the other one is."""
    if one.tree is None or Path(one.asked) not in Path(other.asked).parents:
        return None
    part, below = (Path(other.asked).relative_to(each).as_posix() for each in (one.tree.top, one.folder))
    is_known = part in one.tree.folders or part in one.tree.blobs
    if not is_known or all(path == below or path.startswith(f"{below}/") for path in one.files):
        return None
    revision = one.name.partition(":")[0]
    return f"'{one.name}' is a larger part of the repository than '{other.name}'; the same part is '{revision}:{part}'."


def version_of_file(name: str, path: str, file: Path | None, here: Path) -> Version:
    """The version that is one file, called ``path``, as ``git diff`` hands it over; ``file`` None where it does not exist."""
    files: dict[str, Read] = {path: file.read_bytes} if file is not None else {}
    return Version(name, str(here), str(here), files, {}, {}, FileOptions(), is_whole=False)


def _of_folder(word: str, path: Path, config: Path | None, settings: Path | None) -> Version:
    root, _ = find_root(path)
    options = repository_options(root, config)
    found = discover([path], root, options.exclude)
    asked = Path(os.path.abspath(path))  # noqa: PTH100  keeps links
    folder = asked if asked.is_dir() else asked.parent
    near = [settings] if settings is not None else [folder, root]
    of_settings = next((named for each in near if (named := settings_files(each))), [])
    recorded = recorded_schemas(folder, root) or recorded_schemas(root, root)
    return Version(
        word,
        str(root),
        str(root),
        {each.path: each.file.read_bytes for each in found.files},
        {each.path: each.file.read_bytes for each in recorded},
        _settings(of_settings, root),
        options,
        folder == root,
        str(asked),
        checkout=checkout_of(root),
        notes=tuple(f"'{each.path}' can't be looked into: {each.reason}" for each in found.unreadable),
    )


def _settings(found: Iterable[tuple[Path, FileName]], root: Path) -> dict[str, Read]:
    return {_relative(file, root): file.read_bytes for file, _ in found}


def _relative(file: Path, root: Path) -> str:
    try:
        return file.absolute().relative_to(root).as_posix()
    except ValueError:
        return file.as_posix()


def _of_tree(word: str, tree: Tree, inside: str, config: Path | None, settings: Path | None) -> Version:
    asked = _inside(tree, inside)
    root = _root_in(tree, asked)
    prefix = f"{root}/" if root else ""
    below = {path.removeprefix(prefix): path for path in tree.blobs if path.startswith(prefix)}
    options = _options(tree, below, config)
    own = asked.removeprefix(prefix) if asked != root else ""
    files = _configuration_files(tree, below, own, options.exclude)
    schemas = "/".join(SCHEMAS)
    recorded = [path for path in below if path.rpartition("/")[0] == schemas and path.endswith(".xml")]
    of_settings = _settings_in(below, own) if settings is None else []
    wanted = sorted({*files, *recorded, *of_settings})
    contents = read_blobs(tree, [below[path] for path in wanted])

    def reading(paths: Iterable[str]) -> dict[str, Read]:
        return {path: partial(contents.__getitem__, below[path]) for path in sorted(paths)}

    skipped = [path for path in tree.skipped if path.startswith(prefix) and path.lower().endswith(".xml")]
    folder = tree.top / root if root else tree.top
    return Version(
        word,
        f"{tree.commit[:12]}:{root}",
        str(folder),
        reading(files),
        reading(recorded),
        reading(of_settings) if settings is None else _settings(settings_files(settings), folder),
        options,
        own == "",
        str(tree.top / asked) if asked else str(tree.top),
        tree,
        Checkout(os.path.realpath(tree.top), root) if root else None,
        tuple(f"'{path}' is a link, which is not followed in a git revision" for path in skipped),
    )


def _configuration_files(tree: Tree, below: Mapping[str, str], own: str, exclude: tuple[str, ...]) -> list[str]:
    """The files that a walk through a checkout finds: not hidden ones, and not those of compiled folders in the asked one."""
    if own in below:
        return [own]
    prefix = f"{own}/" if own else ""
    parts = {path: path.removeprefix(prefix).split("/") for path in below if path.startswith(prefix)}
    manifests = [path for path, names in parts.items() if names[-1] == MANIFEST and len(names) > 1]
    heads = read_blobs(tree, [below[path] for path in manifests])
    compiled = tuple(path.removesuffix(MANIFEST) for path in manifests if is_of_compiled(heads[below[path]]))
    return [
        path
        for path, names in parts.items()
        if path.lower().endswith(".xml")
        and not path.startswith(compiled)
        and not any(name.startswith(".") for name in names)
        and not is_excluded(path, exclude)
    ]


def _inside(tree: Tree, inside: str) -> str:
    """The asked folder or file of a tree, relative to its top; UsageError when it is not there."""
    relative = inside.startswith(("./", "../")) or inside in {".", ".."}
    parts: list[str] = []
    for part in PurePosixPath(tree.prefix if relative else "", inside.replace("\\", "/")).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    path = "/".join(parts)
    if path and path not in tree.blobs and path not in tree.folders:
        near = closest(path, tree.folders)
        raise UsageError(f"there is no '{path}' at {tree.commit[:12]}" + (f"; did you mean '{near}'?" if near else ""))
    return path


def _root_in(tree: Tree, asked: str) -> str:
    """The nearest folder, upwards from the asked one, that a marker of this tool bounds; else the top, which git marks."""
    start = PurePosixPath(asked)
    for each in (start, *start.parents):
        folder = "" if each == PurePosixPath() else f"{each.as_posix()}/"
        if f"{folder}{NEAR[0]}" in tree.blobs or f"{folder}{NEAR[1]}" in tree.folders:
            return folder.rstrip("/")
    return ""


def _options(tree: Tree, below: Mapping[str, str], config: Path | None) -> FileOptions:
    contents = read_blobs(tree, [below[name] for name in (CONFIG_NAME, APPROVALS_NAME) if name in below])
    options = FileOptions()
    if config is not None:
        options = given_options(config)
    elif CONFIG_NAME in below:
        options = parse_file_options(contents[below[CONFIG_NAME]], f"{tree.commit[:12]}:{below[CONFIG_NAME]}")
    if APPROVALS_NAME not in below:
        return options
    return with_approvals(options, contents[below[APPROVALS_NAME]], f"{tree.commit[:12]}:{below[APPROVALS_NAME]}")


def _settings_in(below: Mapping[str, str], own: str) -> list[str]:
    """The settings files of the asked folder, else those of the root."""
    for folder in dict.fromkeys((own, "")):
        found = [path for path in below if path.rpartition("/")[0] == folder and FileName.read(path.rpartition("/")[2])]
        if found:
            return found
    return []
