from pathlib import Path

import pytest

from idmxml.drivers.local_paths import LocalPaths

FOLDERS = {
    "C:/Agent/Sources": "Sources",
    "C:\\Agent\\Sources\\HR\\": "Other/HR",
    "\\\\server\\share$": "Share",
    "/srv/data": "Data",
}


@pytest.mark.parametrize(
    ("agent", "local"),
    [
        ("C:/Agent/Sources/a.csv", "Sources/a.csv"),
        ("c:\\agent\\SOURCES\\x\\a.csv", "Sources/x/a.csv"),
        ("C:/Agent/Sources", "Sources"),
        ("C:/Agent/Sources/", "Sources"),
        ("C:/Agent/Sources/hr/b.csv", "Other/HR/b.csv"),
        ("C:/Agent/Sources/x/../HR/b.csv", "Other/HR/b.csv"),
        ("//SERVER/Share$/f", "Share/f"),
        ("\\\\server\\share$\\f", "Share/f"),
        ("/srv/data/f", "Data/f"),
        ("C:/Agent/Sourcesx/a.csv", None),
        ("D:/Agent/Sources/a.csv", None),
        ("a.csv", None),
    ],
)
def test_longest_folder_counts(tmp_path: Path, agent: str, local: str | None) -> None:
    found = LocalPaths(tmp_path, FOLDERS).find(agent)
    assert found == (None if local is None else tmp_path / local)


def test_case_of_what_is_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "Sources/Deep").mkdir(parents=True)
    (tmp_path / "Sources/Deep/File.csv").touch()
    assert LocalPaths(tmp_path, FOLDERS).find("c:/agent/sources/deep/file.CSV") == tmp_path / "Sources/Deep/File.csv"


@pytest.mark.skipif(Path("C:/").drive != "", reason="paths of this system begin with a drive")
def test_path_of_this_system_needs_no_mapping(tmp_path: Path) -> None:
    assert LocalPaths().find(str(tmp_path)) == tmp_path
    assert LocalPaths(tmp_path, FOLDERS).find("/SRV/data/f") == Path("/SRV/data/f")
