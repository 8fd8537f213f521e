"""Configurations as tests write them: fragments of XML to comparisons."""

from collections.abc import Mapping
from pathlib import Path

from idmxml.approvals import Approval
from idmxml.diff.comparison import Comparison, compare_versions
from idmxml.diff.sources import Version, version
from idmxml.options import FileOptions
from idmxml.testing.rule_cases import as_document


def held(files: Mapping[str, str | bytes], name: str = "x", approvals: tuple[Approval, ...] = ()) -> Version:
    """A version made of files by path; XML that is a fragment is put inside ``<ConfigurationFile>``."""
    contents = {path: _content(path, content) for path, content in files.items()}
    readers = {path: (lambda data=data: data) for path, data in contents.items()}
    recorded = {path: read for path, read in readers.items() if path.startswith(".idmxml/schemas/")}
    settings = {path: read for path, read in readers.items() if path.endswith(".json")}
    xml = {path: read for path, read in readers.items() if path.endswith(".xml") and path not in recorded}
    return Version(name, name, name, xml, recorded, settings, FileOptions(approvals=approvals), is_whole=True)


def _content(path: str, content: str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    return (as_document(content) if path.endswith(".xml") else content).encode()


def compared(old: str | Mapping[str, str | bytes], new: str | Mapping[str, str | bytes]) -> Comparison:
    """The comparison of two configurations, each one fragment or files by path."""
    return compare_versions(*(held({"Conf.xml": each} if isinstance(each, str) else each) for each in (old, new)))


def told(comparison: Comparison) -> list[tuple[str, str, str | None, str | None, str | None]]:
    """The changes as kind, object, attribute, old and new value; whole elements without their text."""
    return [
        (each.kind, each.object, each.attribute, each.old, each.new)
        if each.attribute
        else (each.kind, each.object, None, None, None)
        for each in comparison.changes
    ]


def of_folders(old: Path, new: Path) -> Comparison:
    """The comparison of two folders."""
    return compare_versions(version(str(old), old), version(str(new), new))
