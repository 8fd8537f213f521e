import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from idmxml.errors import EnvironmentFault, UsageError
from idmxml.snapshots.blame import Blame, blame
from idmxml.snapshots.canonical import NotASchema, canonical, fingerprint, read_snapshot
from idmxml.snapshots.compare import compare
from idmxml.snapshots.events import MOST_QUIET, ConnectionState, Reason, RefreshEvent
from idmxml.snapshots.files import file_stem
from idmxml.snapshots.revisions import revision, versions
from idmxml.snapshots.snapshot import Column, KeyKind, Snapshot, Table, ValueType
from idmxml.snapshots.store import Store

FULL = Snapshot(
    "HR",
    (
        Table("HR_b", (Column("z"), Column("a", ValueType.GUID, 0, KeyKind.PRIMARY))),
        Table(
            "HR_a",
            (
                Column(
                    'q"<&>\t\n\u00e9',
                    ValueType.BINARY,
                    7,
                    KeyKind.UNIQUE,
                    is_multivalued=True,
                    foreign_column="HR_b:a",
                    group="person",
                    display_name="Shown",
                ),
                Column("flag", ValueType.BOOL),
            ),
            "First",
        ),
        Table("HR_unknown"),
    ),
)
KILLED = 200 if os.environ.get("IDMXML_LIVE_TESTS") == "required" else 15
WRITER = """
import sys
from pathlib import Path
from idmxml.snapshots.snapshot import Column, Snapshot, Table
from idmxml.snapshots.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(10**9):
    columns = tuple(Column(f"c{place}_{number % 7}") for place in range(400))
    store.record(Snapshot("HR", (Table("HR", columns),)), f"2026-01-01T00:00:00Z")
"""


def snapshot(*columns: str | Column) -> Snapshot:
    return Snapshot("HR", (Table("HR", tuple(Column(each) if isinstance(each, str) else each for each in columns)),))


def at(day: int) -> str:
    return f"2026-05-{day:02}T07:30:00Z"


def test_file_reads_back_as_the_same() -> None:
    data = canonical(FULL)
    assert read_snapshot(data, "").sorted() == FULL.sorted()
    assert canonical(read_snapshot(data.replace(b"\n", b"\r\n"), "")) == data
    assert fingerprint(FULL) == fingerprint(FULL.sorted())


def test_numbers_of_the_product_are_read_like_names() -> None:
    data = canonical(FULL).replace(b'"Guid"', b'"6"').replace(b'"Bool"', b'"5"').replace(b'"Binary"', b'"8"')
    assert read_snapshot(data, "").sorted() == FULL.sorted()


def test_kinds_of_keys_by_their_words() -> None:
    assert [each.word for each in KeyKind] == ["none", "primary", "unique"]
    assert [KeyKind.named(each) for each in ("unique", "primary", "none", "Primary", "")] == [
        KeyKind.UNIQUE,
        KeyKind.PRIMARY,
        *[KeyKind.NONE] * 3,
    ]


@pytest.mark.parametrize("data", [b"", b"<a>", b"\xff", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b"])
def test_what_is_no_schema(data: bytes) -> None:
    with pytest.raises(NotASchema):
        read_snapshot(data, "HR")


@pytest.mark.parametrize("data", [b"<a/>", b"<ConfigurationFile/>", b'<Agent xmlns="urn:schemas-usercube-com:configuration"/>'])
def test_another_root_is_no_schema(data: bytes) -> None:
    with pytest.raises(NotASchema) as raised:
        read_snapshot(data, "HR")
    root = "its root element is not <ConfigurationFile> of the namespace urn:schemas-usercube-com:configuration"
    assert str(raised.value) == root


def test_name_that_xml_cannot_hold() -> None:
    with pytest.raises(ValueError, match="no XML file can hold"):
        canonical(snapshot("a\0b"))


def test_names_of_files_are_safe() -> None:
    names = ["HR", "HR.Export-1", "a/b", "..", "CON", "a:b", "\u00e9", ".x", "a\\b", "x" * 40]
    stems = [file_stem(each) for each in names]
    assert len({each.casefold() for each in stems}) == len(names)
    assert all(not set(each) & set('/\\:*?"<>|') and not each.startswith(".") for each in stems)
    assert stems[:2] == names[:2]


def test_history_and_its_versions(tmp_path: Path) -> None:
    store = Store(tmp_path)
    outcomes = [
        store.record(snapshot("id", "name"), at(1)).outcome,
        store.record(snapshot("name", "id"), at(2)).outcome,
        store.record_failure("HR", Reason("read", "file-missing", "it is not there"), at(3)).outcome,
        store.record(snapshot("id", "label", "mail"), at(4)).outcome,
    ]
    assert outcomes == ["recorded", "unchanged", "failed", "changed"]
    assert [each.event.at for each in versions(store, "HR") if each.event] == [at(1), at(4)]
    first = revision(store, "hr", "~1").snapshot
    assert [each.identifier for each in first.tables[0].columns] == ["name", "id"]
    address = fingerprint(first)
    for word in (address, address[:4], "2026-05-03", "2026-05-02T07:30:00Z"):
        assert revision(store, "HR", word).snapshot.sorted() == first.sorted(), word
    for word in ("~2", "ffff", "2026-04-30", "yesterday"):
        with pytest.raises(UsageError):
            revision(store, "HR", word)
    told = [(each.column, each.since.at, each.gone.at if each.gone else None) for each in _blame(store)]
    assert told == [("id", at(1), None), ("label", at(4), None), ("mail", at(4), None), ("name", at(1), at(4))]


def _blame(store: Store) -> tuple[Blame, ...]:
    return blame([(each.event, each.snapshot) for each in versions(store, "HR") if each.event])


def test_file_that_something_else_wrote_is_in_the_history(tmp_path: Path) -> None:
    store = Store(tmp_path)
    file = store.schema_file("HR")
    file.parent.mkdir(parents=True)
    file.write_bytes(canonical(snapshot("id", "old")).replace(b"\n", b"\r\n"))
    assert store.record(snapshot("id"), at(1)).outcome == "changed"
    assert [each.outcome for each in store.state("HR").refreshes] == ["found", "changed"]
    assert revision(store, "HR", "~1").snapshot == snapshot("id", "old")
    file.write_bytes(canonical(snapshot("id", "by hand")))
    assert store.record(snapshot("id"), at(2)).outcome == "changed"
    assert [each.outcome for each in store.state("HR").refreshes] == ["found", "changed", "found", "changed"]
    file.unlink()
    assert store.record(snapshot("id"), at(3)).outcome == "recorded"
    assert (tmp_path / ".idmxml/cache/.gitignore").read_text() == "*\n"
    assert list((tmp_path / ".idmxml/cache/drafts").iterdir()) == []


def test_damaged_history_is_left_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.record(snapshot("id"), at(1))
    store.record(snapshot("id", "name"), at(2))
    for each in (tmp_path / ".idmxml/state/history").rglob("*.xml"):
        each.write_bytes(b"<torn")
    assert [each.name for each in versions(store, "HR")] == ["current"]
    store.state_file("HR").write_text('{"format": "idmxml-connection-state", "version": 1}')
    with pytest.raises(EnvironmentFault, match="can't be used"):
        store.state("HR")


def test_quiet_events_are_kept_only_for_a_while() -> None:
    state = ConnectionState("HR")
    for number in range(MOST_QUIET * 2):
        state = state.with_refresh(RefreshEvent(str(number), "changed" if number % 50 == 0 else "unchanged", "x"))
    outcomes = [each.outcome for each in state.refreshes]
    assert (outcomes.count("changed"), outcomes.count("unchanged")) == (4, MOST_QUIET)


def test_changes_and_likely_renames() -> None:
    old = snapshot("id", "email", Column("size", ValueType.INT32, 4), "same")
    new = snapshot("id", "mail", Column("size", ValueType.INT64, 8, KeyKind.UNIQUE), "same", "phone")
    told = [(each.kind, each.column, each.attribute, each.old, each.new, each.likely) for each in compare(old, new)]
    assert told == [
        ("removed", "email", "", "", "", "mail"),
        ("added", "mail", "", "", "", ""),
        ("added", "phone", "", "", "", ""),
        ("changed", "size", "key", "none", "unique", ""),
        ("changed", "size", "length", "4", "8", ""),
        ("changed", "size", "type", "Int32", "Int64", ""),
    ]
    assert compare(old, old) == ()
    tables = compare(
        Snapshot("HR", (Table("HR_users", old.tables[0].columns),)),
        Snapshot("HR", (Table("HR_people", old.tables[0].columns),)),
    )
    assert [(each.kind, each.table, each.likely) for each in tables] == [
        ("added", "HR_people", ""),
        ("removed", "HR_users", "HR_people"),
    ]
    assert [each.likely for each in compare(snapshot("id", "email"), snapshot("id", "zone"))] == ["", ""]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_at_any_moment_every_file_is_whole(tmp_path: Path) -> None:
    chance = random.Random(5)
    store = Store(tmp_path)
    for _number in range(KILLED):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.random() * 0.05)
            writer.kill()
        current = store.current("HR")
        assert current is None or (
            len(current.tables[0].columns) == 400 and canonical(current) == store.schema_file("HR").read_bytes()
        )
        for address in {each.schema or "" for each in store.state("HR").versions}:
            assert store.version("HR", address) is not None
    assert store.record(snapshot("id"), at(1)).outcome == "changed"


def test_thousands_of_other_names_are_compared() -> None:
    old = Snapshot("HR", (Table("HR", tuple(Column(f"attributeName{number}") for number in range(2000))),))
    new = Snapshot("HR", (Table("HR", tuple(Column(f"otherThing{number}") for number in range(2000))),))
    changes = compare(old, new)
    assert (len(changes), {each.likely for each in changes}) == (4000, {""})


def test_thousands_of_other_tables_are_compared() -> None:
    columns = tuple(Column(f"c{number}") for number in range(20))
    old = Snapshot("HR", tuple(Table(f"HR_old{number}", columns) for number in range(1000)))
    new = Snapshot("HR", tuple(Table(f"HR_new{number}", columns) for number in range(1000)))
    assert len(compare(old, new)) == 2000
