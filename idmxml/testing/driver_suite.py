"""The tests that every driver has to pass, ours and those of others.

Describe your driver by a ``DriverCase`` for each system it can look at in a test, and run every requirement on each::

    CASES = [DriverCase("plain", CsvDriver(), Settings("HR", "Usercube.CSV@0000001", {"Path": …}, …), expected=(Table(…),))]

    @pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_driver_keeps_the_contract(case, requirement):
        requirement(case)

A requirement raises AssertionError with a sentence when it is not kept. Nothing here needs pytest.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from idmxml.drivers.driver import ALL, Driver, Settings, Wanted
from idmxml.snapshots.canonical import canonical, read_snapshot
from idmxml.snapshots.snapshot import Snapshot, Table
from idmxml.stages import Failure, Mode, Stage, StageFailure, StageResult, ordered, stages_of

LONGEST_GRACE: Final = 5.0
HOSTILE: Final[tuple[object, ...]] = ("", " ", "\0", "é" * 3, 0, -1, True, [], ["x"], [[]], {}, {"x": "y"}, [{"x": None}])


@dataclass(frozen=True)
class FailingCase:
    """Settings with a fault that the driver must find: the failure, and the setting it has to name, None for any."""

    name: str
    settings: Settings
    failure: Failure
    setting: str | None = None
    modes: frozenset[Mode] = frozenset({Mode.COMPLETE})
    stops_discovery: bool = True


@dataclass(frozen=True)
class DriverCase:
    """A driver with settings that work.

    ``expected`` are the tables it must find, None when the test can't know. ``modes`` must pass. ``secrets`` are texts of
    the settings, or of the data, that it must never tell.
    """

    name: str
    driver: Driver
    settings: Settings
    expected: tuple[Table, ...] | None = None
    modes: frozenset[Mode] = frozenset({Mode.COMPLETE})
    failing: tuple[FailingCase, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return self.name

    def results(self, settings: Settings, mode: Mode) -> list[StageResult]:
        """What the driver yields, the failure it raises included."""
        found: list[StageResult] = []
        try:
            found.extend(self.driver.check(settings, mode))
        except StageFailure as failure:
            found.append(failure.result)
        return found


def has_both_methods(case: DriverCase) -> None:
    """It is a driver, and its class needs nothing to be made."""
    assert isinstance(case.driver, Driver), "it lacks check or discover"
    assert isinstance(type(case.driver)(), Driver), "its class can't be called without arguments"


def check_passes(case: DriverCase) -> None:
    """With settings that work, no stage of the modes fails, and at least one is tried."""
    for mode in sorted(case.modes, key=lambda each: each.value):
        result = ordered(mode, case.results(case.settings, mode))
        assert result.failure is None, f"{mode.value}: {result.failure}"
        assert result.status == "passed", f"{mode.value}: nothing was tried"


def stages_come_in_order(case: DriverCase) -> None:
    """Stages are told in their order, and only those of the mode."""
    for mode in Mode:
        for settings in (case.settings, *(each.settings for each in case.failing)):
            stages = [each.stage for each in case.results(settings, mode)]
            places = [list(Stage).index(each) for each in stages]
            assert set(stages) <= set(stages_of(mode)), f"{mode.value} told {stages}"
            assert len(set(places)) < 2 or _rises(places), f"the stages came as {[each.value for each in stages]}"


def _rises(places: list[int]) -> bool:
    """Whether the stages rise, several servers or tables one after the other aside: each run of them starts anew."""
    return all(earlier <= later or later <= places[0] for earlier, later in pairwise(places))


def finds_what_is_there(case: DriverCase) -> None:
    """The tables are the expected ones, with all that is told of their columns."""
    found = case.driver.discover(case.settings, ALL)
    if case.expected is not None:
        assert found == case.expected, f"found {found}"


def names_are_sound(case: DriverCase) -> None:
    """Tables begin with the identifier of the connection; no name is empty or stands twice; a file can hold all of it."""
    found = case.driver.discover(case.settings, ALL)
    names = [each.identifier for each in found]
    own = case.settings.connection
    assert len(set(names)) == len(names), f"a table stands twice: {names}"
    assert all(each == own or each.startswith(f"{own}_") for each in names), f"tables do not begin with '{own}': {names}"
    for table in found:
        columns = [each.identifier for each in table.columns]
        assert len(set(columns)) == len(columns), f"a column of {table.identifier} stands twice: {columns}"
        assert all(columns), f"a column of {table.identifier} has no name"
    snapshot = Snapshot(own, found)
    assert read_snapshot(canonical(snapshot), own).sorted() == snapshot.sorted(), "its file reads back as something else"


def repeats_itself(case: DriverCase) -> None:
    """The same system gives the same bytes, one after the other and at the same time."""
    with ThreadPoolExecutor(4) as pool:
        at_once = pool.map(lambda _number: _bytes(case), range(4))
        found = {_bytes(case), *at_once}
    assert len(found) == 1, "the same system gave different schemas"


def _bytes(case: DriverCase) -> bytes:
    return canonical(Snapshot(case.settings.connection, case.driver.discover(case.settings, ALL)))


def gives_wanted_tables_alone(case: DriverCase) -> None:
    """Only the tables that are wanted are given, by names in any case."""
    everything = case.driver.discover(case.settings, ALL)
    assert case.driver.discover(case.settings, Wanted(frozenset())) == (), "tables came that nobody wanted"
    for table in everything:
        found = case.driver.discover(case.settings, Wanted(frozenset({table.identifier.upper()})))
        assert found == (table,), f"of {table.identifier} alone came {found}"


def tells_faults(case: DriverCase) -> None:
    """Each fault is found, under its code and at its setting, with a sentence and with advice."""
    for each in case.failing:
        for mode in sorted(each.modes, key=lambda mode: mode.value):
            _judge(each, ordered(mode, case.results(each.settings, mode)).failure)
        if each.stops_discovery:
            failure = _discovery_failure(case, each.settings)
            _judge(each, failure.result if failure is not None else None)


def _judge(case: FailingCase, found: StageResult | None) -> None:
    assert found is not None, f"{case.name}: no stage failed"
    assert found.reason is case.failure, f"{case.name}: {found}"
    assert case.setting in {None, found.setting}, f"{case.name}: the setting told is '{found.setting}'"
    assert found.detail, f"{case.name}: nothing says what is wrong"
    assert found.hint, f"{case.name}: nothing says what to do"
    assert not found.detail.endswith("."), f"{case.name}: the sentence ends with a full stop"


def _discovery_failure(case: DriverCase, settings: Settings) -> StageFailure | None:
    try:
        case.driver.discover(settings, ALL)
    except StageFailure as failure:
        return failure
    return None


def tells_missing_settings(case: DriverCase) -> None:
    """Without any setting it tells that one is missing, and fails in no other way."""
    for mode in Mode:
        failure = ordered(mode, case.results(replace(case.settings, values={}), mode)).failure
        if failure is not None:
            assert isinstance(failure.reason, Failure), str(failure)
            assert failure.reason is not Failure.DRIVER_FAULT, str(failure)


def survives_any_value(case: DriverCase) -> None:
    """Whatever a setting holds, it tells a failure or works; no other exception comes out."""
    for name in case.settings.values:
        for value in HOSTILE:
            settings = replace(case.settings, values={**case.settings.values, name: value})
            for mode in Mode:
                case.results(settings, mode)
            _discovery_failure(case, settings)


def keeps_to_the_time(case: DriverCase) -> None:
    """When no time is left it ends at once."""
    started = time.monotonic()
    settings = replace(case.settings, deadline=started)
    for mode in case.modes:
        case.results(settings, mode)
    _discovery_failure(case, settings)
    assert time.monotonic() - started < LONGEST_GRACE, "it went on though its time was over"


def keeps_secrets(case: DriverCase) -> None:
    """No text of a stage holds a secret."""
    told = repr([*_every_result(case), case.settings])
    for secret in case.secrets:
        assert secret not in told, "a stage told a secret"


def _every_result(case: DriverCase) -> Iterator[StageResult]:
    for settings in (case.settings, *(each.settings for each in case.failing)):
        for mode in Mode:
            yield from case.results(settings, mode)


REQUIREMENTS: Final[tuple[Callable[[DriverCase], None], ...]] = (
    has_both_methods,
    check_passes,
    stages_come_in_order,
    finds_what_is_there,
    names_are_sound,
    repeats_itself,
    gives_wanted_tables_alone,
    tells_faults,
    tells_missing_settings,
    survives_any_value,
    keeps_to_the_time,
    keeps_secrets,
)


def name_of(requirement: Callable[[DriverCase], None]) -> str:
    """The name of a requirement, for the names of tests."""
    return requirement.__name__
