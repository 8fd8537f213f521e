"""What a version is read from: folders and files, trees of git with all that may lie in them."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from command_run import MakeRepository
from configurations import held

from idmxml.diff.comparison import compare_versions
from idmxml.diff.git_objects import read_blobs, tree_of
from idmxml.diff.sources import version
from idmxml.errors import EnvironmentFault, UsageError

OWN = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder: Path, *words: str) -> str:
    environment = {**os.environ, **OWN}
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=environment, encoding="utf-8")
    return done.stdout


def committed(root: Path) -> Path:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


PROFILE = '<Profile Identifier="A" DisplayName_L1="A"/>'


def test_a_file_alone(repository: MakeRepository) -> None:
    root = repository({"A.xml": PROFILE, "B.xml": PROFILE})
    assert list(version("A.xml", root).files) == ["A.xml"]


def test_a_folder_with_another_configuration_file(repository: MakeRepository) -> None:
    root = repository({"A.xml": PROFILE, "Old/B.xml": PROFILE, "other.toml": 'exclude = ["Old"]'})
    assert list(version(".", root).files) == ["A.xml", "Old/B.xml"]
    assert list(version(".", root, root / "other.toml").files) == ["A.xml"]
    with pytest.raises(UsageError, match="there is no configuration file"):
        version(".", root, root / "none.toml")


def test_a_tree_leaves_out_hidden_folders_links_and_what_is_no_configuration(repository: MakeRepository) -> None:
    root = repository({"A.xml": PROFILE, ".hidden/B.xml": PROFILE, "C.txt": "x", "D.XML": "<x/>"})
    (root / "Link.xml").symlink_to("A.xml")
    found = version("main", committed(root))
    assert list(found.files) == ["A.xml", "D.XML"]
    assert found.notes == ("'Link.xml' is a link, which is not followed in a git revision",)


def test_a_tree_with_a_root_of_its_own(repository: MakeRepository) -> None:
    root = committed(
        repository(
            {
                "site/idmxml.toml": 'exclude = ["Old"]',
                "site/Conf/A.xml": PROFILE,
                "site/Old/B.xml": PROFILE,
                "site/appsettings.json": "{}",
                "site/.idmxml/schemas/X.xml": PROFILE,
                "Elsewhere.xml": PROFILE,
            }
        )
    )
    found = version("main:site/Conf", root)
    assert (list(found.files), list(found.settings), list(found.recorded)) == (
        ["Conf/A.xml"],
        ["appsettings.json"],
        [".idmxml/schemas/X.xml"],
    )
    assert (found.root.partition(":")[2], found.is_whole, found.folder) == ("site", False, str(root / "site"))
    assert version("main:site", root).is_whole
    assert list(version("main:./Conf", root / "site").files) == ["Conf/A.xml"]
    assert list(version("main:../", root / "site").files) == ["Elsewhere.xml", "site/Conf/A.xml", "site/Old/B.xml"]


def test_a_file_of_a_tree(repository: MakeRepository) -> None:
    root = committed(repository({"Conf/A.xml": PROFILE, "Conf/B.xml": PROFILE}))
    assert list(version("main:Conf/A.xml", root).files) == ["Conf/A.xml"]


def test_names_with_any_characters(repository: MakeRepository) -> None:
    names = ["a b.xml", "é.xml", "tab\there.xml", 'quote".xml', "new\nline.xml"]
    root = committed(repository(dict.fromkeys(names, PROFILE)))
    found = version("HEAD", root)
    assert sorted(found.files) == sorted(names)
    assert all(b"Profile" in read() for read in found.files.values())


def test_a_worktree_and_a_bare_repository(repository: MakeRepository, tmp_path: Path) -> None:
    root = committed(repository({"A.xml": PROFILE}))
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare.git")
    for each in (tmp_path / "tree", tmp_path / "bare.git"):
        assert list(version("main", each).files) == ["A.xml"]


def test_outside_of_any_repository(tmp_path: Path) -> None:
    assert tree_of("main", tmp_path) is None
    with pytest.raises(UsageError, match="no git repository to read it from: not a git repository"):
        version("main", tmp_path)


def test_a_revision_that_a_shallow_clone_lacks(repository: MakeRepository, tmp_path: Path) -> None:
    root = committed(repository({"A.xml": PROFILE}))
    git(root, "commit", "-q", "--allow-empty", "-m", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    with pytest.raises(UsageError) as fault:
        version("main~1", tmp_path / "shallow")
    assert str(fault.value) == (
        "there is no file or folder 'main~1', and no git revision of that name here; "
        "the clone is shallow, 'git fetch --unshallow' brings older ones"
    )


@pytest.mark.parametrize("word", ["a" * 5_000, "a\0b", "C:\\Conf", "A.xml/x", "main..main", "main^{tree}"])
def test_words_that_name_nothing(repository: MakeRepository, word: str) -> None:
    root = committed(repository({"A.xml": PROFILE}))
    with pytest.raises(UsageError, match=r"there is no file or folder .*, and no git revision of that name here$"):
        version(word, root)


def test_a_tree_leaves_out_compiled_folders_as_a_folder_does(repository: MakeRepository) -> None:
    manifest = '{"format": "idmxml-manifest", "version": 1}'
    files = {"A.xml": PROFILE, "out/manifest.json": manifest, "out/A.xml": PROFILE, "b/manifest.json": "{}", "b/C.xml": PROFILE}
    root = committed(repository(files))
    for top in (".", "main"):
        assert list(version(top, root).files) == ["A.xml", "b/C.xml"]
    for asked in ("out", "main:out"):
        assert list(version(asked, root).files) == ["out/A.xml"]


def test_a_hidden_folder_that_is_asked_for(repository: MakeRepository) -> None:
    root = committed(repository({".site/A.xml": PROFILE, ".site/.old/B.xml": PROFILE}))
    for asked in (".site", "main:.site"):
        assert list(version(asked, root).files) == [".site/A.xml"]


def test_settings_of_a_revision_from_another_folder(repository: MakeRepository, tmp_path: Path) -> None:
    root = committed(repository({"A.xml": PROFILE, "appsettings.json": "{}"}))
    (tmp_path / "other").mkdir()
    (tmp_path / "other/appsettings.agent.json").write_text("[]", encoding="utf-8")
    for asked in (".", "main"):
        found = version(asked, root, settings=tmp_path / "other").settings
        assert {path.rpartition("/")[2]: read() for path, read in found.items()} == {"appsettings.agent.json": b"[]"}


def test_a_root_that_is_reached_by_way_of_its_parent_is_whole(repository: MakeRepository) -> None:
    root = repository({"idmxml.toml": "", "Conf/A.xml": PROFILE})
    assert version("../", root / "Conf").is_whole
    assert not version("../Conf", root / "Conf").is_whole


def test_options_and_approvals_of_a_revision(repository: MakeRepository) -> None:
    approval = '[[approve]]\ncode = "{}"\nobject = "x"\nreason = "y"\n'
    files = {"idmxml.toml": approval.format("A"), "idmxml-approvals.toml": approval.format("B"), "A.xml": PROFILE}
    root = committed(repository(files | {"other.toml": "max-file-size = 5"}))
    for asked in (".", "main"):
        found = version(asked, root).options
        assert ([each.code for each in found.approvals], found.max_file_size) == (["A", "B"], 64)
        found = version(asked, root, root / "other.toml").options
        assert ([each.code for each in found.approvals], found.max_file_size) == (["B"], 5)


def test_options_of_a_revision_that_are_none(repository: MakeRepository) -> None:
    root = committed(repository({"idmxml-approvals.toml": "approve = 1", "A.xml": PROFILE}))
    with pytest.raises(UsageError, match=r"^[0-9a-f]{12}:idmxml-approvals\.toml: approvals are written as \[\[approve\]\]"):
        version("main", root)
    with pytest.raises(UsageError, match=r"^there is no configuration file 'none\.toml'$"):
        version("main", root, Path("none.toml"))


def test_a_revision_of_more_than_the_folder_it_is_compared_with(repository: MakeRepository) -> None:
    root = committed(repository({"Conf/A.xml": PROFILE, "Other/B.xml": PROFILE}))
    said = "'main' is a larger part of the repository than 'Conf'; the same part is 'main:Conf'."
    for old, new in (("main", "Conf"), ("Conf", "main")):
        assert compare_versions(version(old, root), version(new, root)).notes == (said,)
    for old, new in (("main:Conf", "Conf"), ("main", "."), (".", "Conf"), ("main:Other", "Conf")):
        assert compare_versions(version(old, root), version(new, root)).notes == ()
    (root / "New").mkdir()
    assert compare_versions(version("main", root), version("New", root)).notes == ()


def test_a_revision_of_a_folder_that_holds_all_is_the_same_part(repository: MakeRepository) -> None:
    root = committed(repository({"Conf/A.xml": PROFILE, "Read.me": ""}))
    assert compare_versions(version("main", root), version("Conf", root)).notes == ()


def test_content_that_git_lacks(repository: MakeRepository) -> None:
    root = committed(repository({"A.xml": PROFILE}))
    tree = tree_of("main", root)
    assert tree is not None
    name = tree.blobs["A.xml"]
    (root / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(EnvironmentFault, match="fetch it first"):
        read_blobs(tree, ["A.xml"])
    assert read_blobs(tree, []) == {}


def test_a_file_that_can_not_be_read_or_is_too_large() -> None:
    good = held({"A.xml": PROFILE, "B.xml": PROFILE.replace('"A"', '"B"')})

    def refused() -> bytes:
        raise PermissionError(13, "Permission denied")

    broken = held({"A.xml": PROFILE, "C.xml": PROFILE + " " * 70_000_000})
    files = {**broken.files, "B.xml": refused}
    found = compare_versions(good, replace(good, files=files))
    assert found.changes == ()
    assert found.incomplete == ("B.xml", "C.xml")
    assert any("Permission denied" in each for each in found.notes)
    assert any("larger than 64 MB" in each for each in found.notes)
