"""Folders to files: which are taken, in which order, and what can't be looked into."""

import os
from pathlib import Path

import pytest

from idmxml.source.repository import LEAVE_OUT, Discovery, SourceFile, Unreadable, discover, find_root, recorded_schemas


def write(root: Path, *paths: str) -> None:
    for each in paths:
        file = root / each
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<a/>", encoding="utf-8")


def link(place: Path, target: Path) -> None:
    try:
        place.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("links can't be made here")


def paths(found: Discovery) -> list[str]:
    assert found.unreadable == ()
    return [each.path for each in found.files]


def test_every_xml_file_sorted_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "b.xml", "a/z.XML", "a/b.Xml", "a/c.xml.bak", "a/xml", "Z/é.xml", "a.xml/inside.xml", "c.txt")
    assert paths(discover([tmp_path], tmp_path)) == ["Z/é.xml", "a.xml/inside.xml", "a/b.Xml", "a/z.XML", "b.xml"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".git/a.xml", ".idmxml/schemas/b.xml", "c/.d/e.xml", "c/.f.xml", "c/g.xml")
    assert paths(discover([tmp_path], tmp_path)) == ["c/g.xml"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("old", ["new/a.xml", "new/old.xml", "new/old/b.xml", "olds/c.xml"]),
        ("old/", ["new/a.xml", "new/old.xml", "new/old/b.xml", "olds/c.xml"]),
        ("*/old", ["new/a.xml", "new/old.xml", "old/a.xml", "olds/c.xml"]),
        ("*old.xml", ["new/a.xml", "new/old/b.xml", "old/a.xml", "olds/c.xml"]),
        ("new/*", ["old/a.xml", "olds/c.xml"]),
        ("OLD", ["new/a.xml", "new/old.xml", "new/old/b.xml", "old/a.xml", "olds/c.xml"]),
        ("*.xml", []),
    ],
)
def test_patterns_leave_out(tmp_path: Path, pattern: str, left: list[str]) -> None:
    write(tmp_path, "old/a.xml", "olds/c.xml", "new/a.xml", "new/old.xml", "new/old/b.xml")
    assert paths(discover([tmp_path], tmp_path, (pattern,))) == left


def test_a_file_given_by_name_is_taken_whatever_its_ending_and_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/.hidden.xml", "b/c.xml")
    given = [tmp_path / "a.txt", tmp_path / "b/.hidden.xml", tmp_path, tmp_path / "b" / ".." / "b" / "c.xml"]
    assert paths(discover(given, tmp_path)) == ["a.txt", "b/.hidden.xml", "b/c.xml"]


def test_paths_are_relative_to_the_base_and_sizes_are_known(tmp_path: Path) -> None:
    write(tmp_path, "conf/a.xml")
    found = discover([tmp_path / "conf"], tmp_path / "other")
    assert found.files == (SourceFile(tmp_path / "conf/a.xml", "../conf/a.xml", 4),)


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c.xml")
    link(tmp_path / "a/b/up", tmp_path / "a")
    link(tmp_path / "a/self", tmp_path)
    link(tmp_path / "a/round", tmp_path / "a/round")
    assert paths(discover([tmp_path], tmp_path)) == ["a/b/c.xml"]


def test_a_linked_folder_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/a.xml", "repository/b.xml")
    link(tmp_path / "repository/one", tmp_path / "elsewhere")
    link(tmp_path / "repository/two", tmp_path / "elsewhere")
    assert paths(discover([tmp_path / "repository"], tmp_path / "repository")) == ["b.xml", "one/a.xml"]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    link(tmp_path / "broken.xml", tmp_path / "nowhere.xml")
    found = discover([tmp_path], tmp_path)
    assert found.files == ()
    assert [each.path for each in found.unreadable] == ["broken.xml"]
    assert found.unreadable[0].reason


@pytest.mark.parametrize(("marker", "own"), [("idmxml.toml", True), (".idmxml/x", True), (".git/HEAD", False)])
def test_the_root_is_the_nearest_marked_folder(tmp_path: Path, marker: str, own: bool) -> None:
    write(tmp_path, f"root/{marker}", "root/conf/deep/a.xml")
    root = tmp_path / "root"
    assert find_root(root / "conf/deep") == (root, own)
    assert find_root(root / "conf/deep/a.xml") == (root, own)
    assert find_root(root) == (root, own)


def test_without_a_marker_the_path_is_the_root(tmp_path: Path) -> None:
    write(tmp_path, "conf/a.xml")
    assert find_root(tmp_path / "conf") == (tmp_path / "conf", False)
    assert find_root(tmp_path / "conf/a.xml") == (tmp_path / "conf", False)


def test_recorded_schemas(tmp_path: Path) -> None:
    write(tmp_path, ".idmxml/schemas/B.xml", ".idmxml/schemas/A.xml", ".idmxml/schemas/c.txt", ".idmxml/state/D.xml")
    assert [each.path for each in recorded_schemas(tmp_path, tmp_path)] == [".idmxml/schemas/A.xml", ".idmxml/schemas/B.xml"]
    assert recorded_schemas(tmp_path / "nowhere", tmp_path) == ()


@pytest.mark.skipif(os.name == "nt", reason="pipes have no place among files there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.xml")
    found = discover([tmp_path], tmp_path)
    assert [each.path for each in found.files] == ["a.xml"]
    assert discover([tmp_path / "pipe.xml"], tmp_path).unreadable == found.unreadable
    assert found.unreadable == (Unreadable("pipe.xml", "it is a pipe, a socket or a device", LEAVE_OUT),)
