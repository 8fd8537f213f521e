import pytest

from idmxml.drivers.driver import ALL, Table, Wanted

TABLES = (Table("HR_users"), Table("HR_groups"))


@pytest.mark.parametrize(
    ("wanted", "tables", "is_nothing"),
    [
        (ALL, TABLES, False),
        (Wanted(frozenset({"hr_USERS", "HR_other"})), TABLES[:1], False),
        (Wanted(frozenset()), (), True),
        (Wanted(frozenset()).with_all_tables, TABLES, False),
    ],
    ids=["all", "some", "none", "all after none"],
)
def test_tables_that_are_wanted(wanted: Wanted, tables: tuple[Table, ...], *, is_nothing: bool) -> None:
    assert (wanted.among(TABLES), wanted.is_nothing) == (tables, is_nothing)


def test_columns_are_those_of_the_table_in_any_case() -> None:
    wanted = Wanted(None, {"HR_users": frozenset({"id"}), "hr_USERS": frozenset({"mail"}), "HR_groups": frozenset({"name"})})
    assert wanted.columns_of("HR_Users") == frozenset({"id", "mail"})
    assert wanted.columns_of("HR_none") == frozenset()
