import pytest

from idmxml.model.schedule import Schedule, read_schedule


def values(text: str) -> tuple[frozenset[int], ...]:
    found = read_schedule(text)
    assert isinstance(found, Schedule)
    return found.values


def faults(text: str) -> list[tuple[str, str, bool]]:
    found = read_schedule(text)
    assert isinstance(found, tuple)
    return [(each.message, text[each.start : each.end], each.is_sure) for each in found]


def test_five_fields_start_at_the_full_minute() -> None:
    seconds, minutes, hours, days, months, weekdays = values("*/15 8-18/2 1,15 Jan-mar Mon")
    assert seconds == {0}
    assert minutes == {0, 15, 30, 45}
    assert hours == {8, 10, 12, 14, 16, 18}
    assert days == {1, 15}
    assert months == {1, 2, 3}
    assert weekdays == {1}


def test_six_fields_begin_with_seconds() -> None:
    assert values("30 */5 * * * *")[:2] == (frozenset({30}), frozenset(range(0, 60, 5)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5/20 * * * *", {5, 25, 45}),
        ("0-3,58 * * * *", {0, 1, 2, 3, 58}),
        ("59 * * * *", {59}),
        ("  7\t*  *  * * ", {7}),
    ],
)
def test_values_of_a_field(text: str, expected: set[int]) -> None:
    assert values(text)[1] == expected


@pytest.mark.parametrize("name", ["Sunday", "sun", "SU"])
def test_names_may_be_cut_short(name: str) -> None:
    assert values(f"0 0 * * {name}")[5] == {0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 25 * * *", [("25 is out of the range of hours", "25", True)]),
        ("60 * * * * *", [("60 is out of the range of seconds", "60", True)]),
        ("0 0 0 1 *", [("0 is out of the range of day of the month", "0", True)]),
        ("0 0 1 13 *", [("13 is no month", "13", True)]),
        ("0 0 1 Janvier *", [("'Janvier' is no month", "Janvier", True)]),
        ("0 0 * * 8", [("8 is no day of the week", "8", True)]),
        ("0 0 * * 7", [("the day of the week 7 is above 6", "7", False)]),
        ("*/x * * * *", [("the step 'x' is not a number from 1 up", "x", True)]),
        ("1-x * * * *", [("'x' is no minutes", "x", True)]),
        ("*-5 * * * *", [("'*-5' is no minutes", "*-5", True)]),
        ("1,,2 * * * *", [("an empty value for minutes", ",", True)]),
        ("50-10 * * * *", [("the range '50-10' runs backwards", "50-10", False)]),
        ("0 0 30 2 *", [("no month has such a day", "30 2", False)]),
        ("0 0 31 4,6,9,11 *", [("no month has such a day", "31 4,6,9,11", False)]),
        ("* * * *", [("4 fields, where five or six are needed", "* * * *", True)]),
        ("* * * * * * *", [("7 fields, where five or six are needed", "* * * * * * *", True)]),
        ("@hourly", [("one field, where five or six are needed", "@hourly", True)]),
        ("00:05:00", [("one field, where five or six are needed", "00:05:00", True)]),
    ],
)
def test_faults_are_told_at_their_place(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert faults(text) == expected


def test_what_is_doubtful_is_left_out_beside_what_is_wrong() -> None:
    assert faults("50-10 99 * * 7") == [("99 is out of the range of hours", "99", True)]


@pytest.mark.parametrize("text", ["0 0 29 2 *", "0 0 31 1-12 *", "0 0 30 2,3 *"])
def test_rare_days_are_days(text: str) -> None:
    assert isinstance(read_schedule(text), Schedule)


def test_signs_of_other_schedulers_are_named() -> None:
    found = read_schedule("0 0 ? * MON")
    assert isinstance(found, tuple)
    assert found[0].hint.startswith("the signs ? L W # of other schedulers are not known")
