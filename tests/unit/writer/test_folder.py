"""A folder is written as a whole, or stays as it was."""

from pathlib import Path

import pytest

from idmxml.errors import EnvironmentFault, UsageError
from idmxml.writer.folder import check_replaceable, write_folder

MANIFEST = b'{"format": "idmxml-manifest", "files": [{"path": "a.xml"}]}'


def test_the_new_content_replaces_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_folder(folder, {"a.xml": b"a", "manifest.json": MANIFEST})
    check_replaceable(folder)
    write_folder(folder, {"b/c.xml": b"c"})
    assert [each.relative_to(folder).as_posix() for each in folder.rglob("*.xml")] == ["b/c.xml"]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    write_folder(folder, {"a.xml": b"a"})
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if Path(target) == folder and (self / "b.xml").exists():
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(EnvironmentFault, match="No space left"):
        write_folder(folder, {"b.xml": b"b"})
    assert [each.name for each in folder.iterdir()] == ["a.xml"]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_what_may_be_replaced(tmp_path: Path) -> None:
    check_replaceable(tmp_path / "new")
    check_replaceable(tmp_path)
    (tmp_path / "manifest.json").write_bytes(MANIFEST)
    (tmp_path / "a.xml").write_bytes(b"")
    (tmp_path / ".idmxml/cache").mkdir(parents=True)
    (tmp_path / ".idmxml/cache/x").write_bytes(b"")
    check_replaceable(tmp_path)
    (tmp_path / "b.xml").write_bytes(b"")
    with pytest.raises(UsageError, match=r"b\.xml"):
        check_replaceable(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        check_replaceable(tmp_path / "a.xml")
