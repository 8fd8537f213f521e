"""A folder is written as a whole, or stays as it was."""

from pathlib import Path

import pytest

from idmxml.errors import EnvironmentFault, UsageError
from idmxml.writer.folder import check_replaceable, folder_draft, write_folder

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


def test_what_is_not_committed_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    with folder_draft(folder) as draft:
        draft.write({"a.xml": b"a"})
    with pytest.raises(EnvironmentFault, match="/a/out/x can't be written"), folder_draft(tmp_path / "a" / "out") as draft:
        draft.write({"x": b"", "x/y": b""})
    assert list(tmp_path.iterdir()) == []
    with folder_draft(folder) as draft:
        draft.write({"a.xml": b"a"})
        draft.write({"b/c.xml": b"c"})
        draft.commit()
    assert sorted(each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*.xml")) == [
        "new/out/a.xml",
        "new/out/b/c.xml",
    ]
    assert [each.name for each in folder.parent.iterdir()] == ["out"]


def test_a_draft_that_can_not_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(self: Path, _mode: int) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    folder = tmp_path / "new" / "out"
    monkeypatch.setattr(Path, "chmod", refusing)
    with pytest.raises(EnvironmentFault, match=f"^{folder} can't be written: Permission denied"), folder_draft(folder):
        pass
    assert list(tmp_path.iterdir()) == []


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
