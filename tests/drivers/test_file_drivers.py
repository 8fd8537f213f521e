import gzip
import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]

from idmxml.drivers.csv_driver import CsvDriver
from idmxml.drivers.driver import ALL, Column, Settings, Table, Wanted
from idmxml.drivers.excel_driver import ExcelDriver
from idmxml.drivers.folder_drivers import HomeFolderDriver, SharedFolderDriver
from idmxml.drivers.ldif_driver import LdifDriver
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.racf_driver import RacfDriver
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

AGENT = "C:/agent/Sources"
BOTH = frozenset(Mode)
PERSON = ("id", "name", "mail")
NEVER_TOLD = "Zo\u00eb-never-told"


def settings(folder: Path, package: str, **values: object) -> Settings:
    return Settings("HR", package, values, paths=LocalPaths(folder, {AGENT: "."}))


def table(*columns: str | Column, suffix: str = "") -> Table:
    named = (each if isinstance(each, Column) else Column(each) for each in columns)
    return Table(f"HR_{suffix}" if suffix else "HR", tuple(named))


def write(folder: Path, files: dict[str, bytes | str]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


CSV_ROWS = f"1;{NEVER_TOLD};z@x\n2;B;b@x\n"
CSV_FILES: dict[str, bytes | str] = {
    "full.csv": f"note\n id ; name ;;mail\n{CSV_ROWS}",
    "delta.csv": f"note\nid;name;;mail\n{CSV_ROWS}",
    "latin.csv": "id,name\n1,Zo\u00eb\n".encode("latin-1"),
    "empty.csv": "",
    "double.csv": "id,id\n1,2\n",
    "twice.csv": "id,name\nid,name\n1,2\n",
    "blank.csv": ",,\n1,2,3\n",
    "other.csv": "id;name\n1;2\n",
    "open.csv": 'id,"name\n1,2\n',
}
CSV_FAULTS: tuple[tuple[str, Failure, str, dict[str, object]], ...] = (
    ("nothing.csv", Failure.FILE_MISSING, "Path", {}),
    ("", Failure.FILE_MISSING, "Path", {}),
    ("latin.csv", Failure.FILE_ENCODING, "Encoding", {}),
    ("wide.csv", Failure.SETTING_WRONG, "Encoding", {"Encoding": "UTF-99"}),
    ("empty.csv", Failure.FILE_EMPTY, "Path", {}),
    ("broken.csv.gz", Failure.FILE_FORMAT, "Path", {"NumberOfLinesToSkip": 8990}),
    ("double.csv", Failure.FILE_HEADER, "Path", {}),
    ("twice.csv", Failure.FILE_HEADER, "Path", {}),
    ("blank.csv", Failure.FILE_HEADER, "Path", {}),
    ("double.csv", Failure.FILE_HEADER, "Path", {"NumberOfLinesToSkip": 9}),
    ("other.csv", Failure.FILE_FORMAT, "Separator", {}),
    ("open.csv", Failure.FILE_FORMAT, "Path", {}),
    ("full.csv", Failure.SETTING_WRONG, "Separator", {"Separator": ""}),
    ("full.csv", Failure.SETTING_WRONG, "NumberOfLinesToSkip", {"NumberOfLinesToSkip": "many"}),
    ("full.csv", Failure.SETTING_WRONG, "Path", {"Path": "C:/agent/Sources/(.csv", "IsFileNameRegex": True}),
    ("full.csv", Failure.FILE_MISSING, "Path", {"Path": r"C:/agent/Sources/no_\d+\.csv", "IsFileNameRegex": "true"}),
    ("full.csv", Failure.FILE_MISSING, "Path", {"Path": "D:/elsewhere/full.csv"}),
)


def csv_case(folder: Path) -> DriverCase:
    package = "Usercube.CSV@0000001"
    write(folder, CSV_FILES)
    write(folder, {"broken.csv.gz": gzip.compress(b"id,name\n" * 9000)[:-20], "wide.csv": "id,name\n1,2\n".encode("utf-16")})
    given = settings(
        folder,
        package,
        Path=f"{AGENT}/full.csv",
        PathIncremental=f"{AGENT.lower()}\\DELTA.csv",
        Separator=";",
        ValuesToTrim=[" "],
        NumberOfLinesToSkip="1",
    )
    failing = tuple(
        FailingCase(name, settings(folder, package, **{"Path": f"{AGENT}/{name}", **values}), failure, setting)
        for name, failure, setting, values in CSV_FAULTS
    )
    return DriverCase("csv", CsvDriver(), given, (table("id", "name", "mail"),), BOTH, failing, (NEVER_TOLD,))


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def old_workbook(file: Path) -> None:
    old = xlwt.Workbook()
    sheet = old.add_sheet("Only")
    for column, name in enumerate(PERSON):
        sheet.write(0, column, name)
        sheet.write(1, column, 1.5)
    old.save(str(file))


EXCEL_FAULTS = {
    "absent.xlsx": Failure.FILE_MISSING,
    "double.xlsx": Failure.FILE_HEADER,
    "nameless.xlsx": Failure.FILE_HEADER,
    "empty.xlsx": Failure.FILE_EMPTY,
    "none.xlsx": Failure.FILE_EMPTY,
    "text.xlsx": Failure.FILE_FORMAT,
}


def excel_case(folder: Path) -> DriverCase:
    package = "Usercube.Excel@0000001"
    old_workbook(folder / "old.xls")
    first: list[list[object]] = [["id", "name", None, "mail"], [1, NEVER_TOLD, "x", None]]
    third: list[list[object]] = [["note"], [None], [2024, True], [1, 2]]
    write(
        folder,
        {
            "book.xlsx": workbook(first, [["ignored"]], third),
            "double.xlsx": workbook([["id", "id"]]),
            "nameless.xlsx": workbook([[], ["id"]]),
            "empty.xlsx": workbook([], []),
            "none.xlsx": b"",
            "text.xlsx": b"id,name\n",
        },
    )
    given = settings(
        folder,
        package,
        Path=f"{AGENT}/book.xlsx",
        PathIncremental=f"{AGENT}/old.xls",
        SheetOptions=[{"SheetIgnored": "false"}, {"SheetIgnored": True}, {"SheetIgnored": "false", "NumberOfLinesToSkip": 2}],
    )
    failing = tuple(
        FailingCase(name, settings(folder, package, Path=f"{AGENT}/{name}"), failure, "Path")
        for name, failure in EXCEL_FAULTS.items()
    )
    expected = (table(*PERSON, suffix="0"), table("2024", "true", suffix="2"))
    return DriverCase("excel", ExcelDriver(), given, expected, BOTH, failing, (NEVER_TOLD,))


def ldif_case(folder: Path) -> DriverCase:
    entry = f"dn: uid=z,dc=x\nobjectClass: person\nuid: z\ncn: {NEVER_TOLD}\nmail: z@x\nMail: z@\n y\ndescription:: Wm/Dqw==\n"
    write(
        folder,
        {
            "people.ldif": f"version: 1\n# people\n\ndn: dc=x\nobjectClass: domain\n\n{entry}",
            "text.ldif": "id,name\n1,2\n",
            "latin.ldif": entry.encode("latin-1"),
        },
    )
    values = {
        "FilterAttribute": "objectClass",
        "FilterValues": "person group",
        "Attributes": ["uid", "cn", "mail", "description"],
    }

    def failing(name: str, failure: Failure, setting: str, **more: object) -> FailingCase:
        given = settings(folder, "Usercube.LDIF@0000001", **{**values, "LDIFFile": f"{AGENT}/{name}", **more})
        return FailingCase(f"{name} {more}", given, failure, setting)

    return DriverCase(
        "ldif",
        LdifDriver(),
        settings(folder, "Usercube.LDIF@0000001", LDIFFile=f"{AGENT}/people.ldif", **values),
        (table("uid", "cn", Column("mail", is_multivalued=True), "description"),),
        failing=(
            failing("absent.ldif", Failure.FILE_MISSING, "LDIFFile"),
            failing("text.ldif", Failure.FILE_FORMAT, "LDIFFile"),
            failing("latin.ldif", Failure.FILE_ENCODING, "LdifEncoding"),
            failing("people.ldif", Failure.SETTING_WRONG, "Attributes", Attributes=[]),
            failing("people.ldif", Failure.SETTING_WRONG, "Attributes", Attributes=["cn", "cn"]),
            failing("people.ldif", Failure.SETTING_MISSING, "FilterAttribute", FilterAttribute=None),
        ),
        secrets=(NEVER_TOLD,),
    )


def racf_case(folder: Path) -> DriverCase:
    write(folder, {"unload.txt": f"0100 SYS1 {NEVER_TOLD}\n0200 USER1\n0999 X\n", "text.txt": "id,name\n"})

    def given(name: str) -> Settings:
        return settings(folder, "Usercube.RACF@0000001", Path=f"{AGENT}/{name}", Encoding="iso-8859-1")

    return DriverCase(
        "racf",
        RacfDriver(),
        given("unload.txt"),
        tuple(table(suffix=each) for each in ("0100", "0101", "0102", "0120", "0200", "0203", "0500", "0503")),
        failing=(
            FailingCase("text", given("text.txt"), Failure.FILE_FORMAT, "Path"),
            FailingCase("absent", given("absent.txt"), Failure.FILE_MISSING, "Path"),
        ),
        secrets=(NEVER_TOLD,),
    )


def shared_case(folder: Path) -> DriverCase:
    (folder / "share").mkdir()
    write(folder, {"file": "x"})

    def given(*folders: object) -> Settings:
        return settings(folder, "Usercube.SharedFolder@0000001", InputDirectories=list(folders), Password=Secret(NEVER_TOLD))

    return DriverCase(
        "shared folder",
        SharedFolderDriver(),
        given(f"{AGENT}/share", Secret("c:\\AGENT\\sources")),
        (
            table("key", "Path", "Right", "AllowOrDeny", "OwnerSID", suffix="ACE"),
            table("Path", "ParentPath", "BlockInheritance", "Hierarchy", suffix="PathInformations"),
            table("SID", suffix="SID"),
        ),
        failing=(
            FailingCase("absent", given(AGENT, f"{AGENT}/absent"), Failure.FILE_MISSING, "InputDirectories[1]"),
            FailingCase("file", given(f"{AGENT}/file"), Failure.FILE_MISSING, "InputDirectories[0]"),
            FailingCase("none", given(), Failure.SETTING_WRONG, "InputDirectories"),
            FailingCase("share", given("\\\\server\\share"), Failure.FILE_MISSING, "InputDirectories[0]"),
        ),
        secrets=(NEVER_TOLD,),
    )


def home_case(folder: Path) -> DriverCase:
    given = settings(folder, "Usercube.HomeFolder@0000001", InputDirectories=[AGENT])
    return DriverCase("home folder", HomeFolderDriver(), given, (table("Command", "Name"),))


MAKERS = (csv_case, excel_case, ldif_case, racf_case, shared_case, home_case)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__.removesuffix("_case"))
def test_driver_keeps_the_contract(
    tmp_path: Path, make: Callable[[Path], DriverCase], requirement: Callable[[DriverCase], None]
) -> None:
    requirement(make(tmp_path))


def columns_of(given: Settings) -> list[str]:
    (found,) = CsvDriver().discover(given, ALL)
    return [each.identifier for each in found.columns]


def test_packed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv.gz": gzip.compress(b"id,name\n1,2\n")})
    given = settings(tmp_path, "", Path=f"{AGENT}/a.csv.gz")
    assert columns_of(given) == ["id", "name"]


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("UTF-8", "utf-8-sig"),
        ("UTF-8", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("unicodeFFFE", "utf-16-be"),
        ("Windows-1252", "cp1252"),
        ("iso-8859-1", "latin-1"),
        ("IBM037", "cp037"),
        ("us-ascii", "ascii"),
    ],
)
def test_encodings_by_their_dotnet_names(tmp_path: Path, encoding: str, codec: str) -> None:
    name = "name" if codec == "ascii" else "pr\u00e9nom"
    write(tmp_path, {"a.csv": f"id,{name}\n".encode(codec)})
    assert columns_of(settings(tmp_path, "", Path=f"{AGENT}/a.csv", Encoding=encoding)) == ["id", name]


@pytest.mark.parametrize(
    ("text", "values", "columns"),
    [
        ('"a ""b""",c\r\n1,2\r\n', {}, ['a "b"', "c"]),
        ('"two\nlines",c\n1,2\n', {}, ["two\nlines", "c"]),
        ("a||b||c\n1||2||3\n", {"Separator": "||"}, ["a", "b", "c"]),
        ("a\tb\n1\t2\n", {"Separator": "\t"}, ["a", "b"]),
        ("a\n1;2\n", {}, ["a"]),
        ("a;b\n1\n", {}, ["a;b"]),
        ('"<a>","*b*"\n', {"ValuesToTrim": ["<", ">", "*"]}, ["a", "b"]),
        ("x\ny\n\na,b\n", {"NumberOfLinesToSkip": 2}, ["a", "b"]),
        ("a,b", {}, ["a", "b"]),
        ("a,b\n" + '1,"' + "x" * (1 << 21), {}, ["a", "b"]),
    ],
)
def test_headers(tmp_path: Path, text: str, values: dict[str, object], columns: list[str]) -> None:
    write(tmp_path, {"a.csv": text})
    assert columns_of(settings(tmp_path, "", Path=f"{AGENT}/a.csv", **values)) == columns


def test_last_created_file_that_matches_is_read(tmp_path: Path) -> None:
    (tmp_path / "in 1").mkdir()
    for day, name in enumerate(("hr_20.csv", "hr_10.csv", "hr_30.txt", "old_hr_40.csv")):
        write(tmp_path / "in 1", {name: f"{name},x\n"})
        os.utime(tmp_path / "in 1" / name, (day, day))
    for expression in (r"C:/agent/Sources/in\ \d/hr_(?<day>\d+)\.csv", r"^C:\\agent\\Sources\\in 1\\hr_[0-9/]*.csv$"):
        assert columns_of(settings(tmp_path, "", Path=expression, IsFileNameRegex=True)) == ["hr_10.csv", "x"]


def test_pattern_of_a_shell_is_told_apart_from_an_expression(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n"})
    with pytest.raises(StageFailure) as caught:
        columns_of(settings(tmp_path, "", Path="C:/agent/Sources/*.csv", IsFileNameRegex=True))
    assert (caught.value.failure, caught.value.setting) == (Failure.SETTING_WRONG, "Path")
    assert r"any text is written .*" in caught.value.hint


def test_incremental_file_with_fewer_columns_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id,name,mail\n", "b.csv": "id,mail\n"})
    given = settings(tmp_path, "", Path=f"{AGENT}/a.csv", PathIncremental=f"{AGENT}/b.csv")
    last = ordered(Mode.INCREMENTAL, CsvDriver().check(given, Mode.INCREMENTAL)).stages[-1]
    assert last.warnings == ("it lacks columns that the file of the complete mode has: name",)
    assert columns_of(given) == ["id", "name", "mail"]


@pytest.mark.parametrize(
    ("rows", "warnings"),
    [
        ("1,2,\n3,4,,\n", ()),
        ("1,2,\n3,4,x\n", ("record 2 below the header has more values than the header has columns",)),
    ],
)
def test_separators_at_the_end_of_a_line_are_no_values(tmp_path: Path, rows: str, warnings: tuple[str, ...]) -> None:
    write(tmp_path, {"a.csv": f"id,name\n{rows}"})
    given = settings(tmp_path, "", Path=f"{AGENT}/a.csv")
    found = CsvDriver().check(given, Mode.COMPLETE)
    assert [text for each in found for text in each.warnings] == list(warnings)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everyone may read everything here")
def test_file_without_right_to_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "id\n"})
    (tmp_path / "a.csv").chmod(0)
    given = settings(tmp_path, "", Path=f"{AGENT}/a.csv")
    failure = ordered(Mode.COMPLETE, DriverCase("", CsvDriver(), given).results(given, Mode.COMPLETE)).failure
    assert failure is not None
    assert failure.reason is Failure.NO_RIGHT


def test_sheets_that_nobody_maps_stand_in_no_way(tmp_path: Path) -> None:
    write(tmp_path, {"a.xlsx": workbook([["id", "name"]], [["x", "x"]], [[None], ["note"]])})
    given = settings(tmp_path, "", Path=f"{AGENT}/a.xlsx")
    wanted = Wanted(frozenset({"HR_0", "HR_2"}))
    assert ExcelDriver().discover(given, wanted) == (table("id", "name", suffix="0"), table(suffix="2"))
    with pytest.raises(StageFailure, match="the header of the sheet 'Sheet 1' holds the name 'x' twice"):
        ExcelDriver().discover(given, ALL)
    options = [{"SheetIgnored": False}, {"SheetIgnored": True}]
    found = ExcelDriver().check(settings(tmp_path, "", Path=f"{AGENT}/a.xlsx", SheetOptions=options), Mode.COMPLETE)
    assert [text for each in found for text in each.warnings] == [
        "the header of the sheet 'Sheet 2' holds no name, so none of its columns are exported"
    ]


def test_large_workbook_is_cut_to_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idmxml.drivers.excel_driver.LARGE", 1000)
    rows: list[list[object]] = [["id", "name"], *([number, f"name {number}"] for number in range(5000))]
    write(tmp_path, {"a.xlsx": workbook(rows, [["code"], ["x"]])})
    given = settings(tmp_path, "", Path=f"{AGENT}/a.xlsx")
    assert ExcelDriver().discover(given, ALL) == (table("id", "name", suffix="0"), table("code", suffix="1"))


def test_large_workbook_that_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idmxml.drivers.excel_driver.LARGE", 0)
    whole = bytearray(workbook([["id", "name"], *([number, "x" * 50] for number in range(2000))]))
    start = whole.index(b"xl/worksheets/sheet1.xml") + 40
    whole[start : start + 40] = bytes(40)
    write(tmp_path, {"a.xlsx": bytes(whole)})
    with pytest.raises(StageFailure) as caught:
        ExcelDriver().discover(settings(tmp_path, "", Path=f"{AGENT}/a.xlsx"), ALL)
    assert caught.value.failure is Failure.FILE_FORMAT


def test_ldif_tells_what_no_entry_has(tmp_path: Path) -> None:
    case = ldif_case(tmp_path)
    values = {**case.settings.values, "Attributes": ["uid", "maill"], "FilterValues": "device"}
    given = replace(case.settings, values=values)
    result = ordered(Mode.COMPLETE, LdifDriver().check(given, Mode.COMPLETE))
    assert [each for stage in result.stages for each in stage.warnings] == [
        "no entry has the attribute 'maill'; did you mean 'mail'?",
        "no entry has one of the FilterValues in 'objectClass', so nothing is exported",
    ]
