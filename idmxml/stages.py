"""What looking at an outside system tells, step by step: the stages of a check, how each ended, and why."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Mode(Enum):
    """A way to export: everything, or what changed since the last time."""

    COMPLETE = "complete"
    INCREMENTAL = "incremental"

    @property
    def stage(self) -> "Stage":
        """The stage that tries what is particular to the mode."""
        return Stage(self.value)


class Stage(Enum):
    """The stages in their order. A stage is tried only when those before it did not fail."""

    SETTINGS = "settings"
    SECRET = "secret"  # noqa: S105  the name of a stage
    REACH = "reach"
    TLS = "tls"
    LOGIN = "login"
    READ = "read"
    SCHEMA = "schema"
    COMPLETE = "complete"
    INCREMENTAL = "incremental"

    @property
    def title(self) -> str:
        """The stage as people read it."""
        return TITLES[self]


TITLES = {
    Stage.SETTINGS: "settings complete",
    Stage.SECRET: "secret available",
    Stage.REACH: "name and port",
    Stage.TLS: "TLS",
    Stage.LOGIN: "login",
    Stage.READ: "right to read",
    Stage.SCHEMA: "schema",
    Stage.COMPLETE: "complete mode",
    Stage.INCREMENTAL: "incremental mode",
}


def stages_of(mode: Mode) -> tuple[Stage, ...]:
    """The stages of one mode, in order; that of the other mode is not among them."""
    return tuple(each for each in Stage if each not in {Stage.COMPLETE, Stage.INCREMENTAL} or each is mode.stage)


class Failure(Enum):
    """Why a stage failed: the code of the reason, and the stage it belongs to unless a driver says otherwise."""

    SETTING_MISSING = ("setting-missing", Stage.SETTINGS)
    SETTING_WRONG = ("setting-wrong", Stage.SETTINGS)
    UNKNOWN_PACKAGE = ("unknown-package", Stage.SETTINGS)
    SECRET_MISSING = ("secret-missing", Stage.SECRET)
    NAME_UNKNOWN = ("name-unknown", Stage.REACH)
    UNREACHABLE = ("unreachable", Stage.REACH)
    REFUSED = ("refused", Stage.REACH)
    TIMEOUT = ("timeout", Stage.REACH)
    CERTIFICATE = ("certificate", Stage.TLS)
    TLS_FAILED = ("tls-failed", Stage.TLS)
    LOGIN_REFUSED = ("login-refused", Stage.LOGIN)
    NO_RIGHT = ("no-right", Stage.READ)
    NOT_FOUND = ("not-found", Stage.READ)
    THROTTLED = ("throttled", Stage.READ)
    CUT_OFF = ("cut-off", Stage.READ)
    MALFORMED_ANSWER = ("malformed-answer", Stage.READ)
    FILE_MISSING = ("file-missing", Stage.READ)
    FILE_EMPTY = ("file-empty", Stage.SCHEMA)
    FILE_ENCODING = ("file-encoding", Stage.SCHEMA)
    FILE_HEADER = ("file-header", Stage.SCHEMA)
    FILE_FORMAT = ("file-format", Stage.SCHEMA)
    SCHEMA_FAILED = ("schema-failed", Stage.SCHEMA)
    NOT_DOCUMENTED = ("not-documented", Stage.SCHEMA)
    MODE_FAILED = ("mode-failed", Stage.COMPLETE)
    NO_DRIVER = ("no-driver", Stage.REACH)
    DEPENDENCY_MISSING = ("dependency-missing", Stage.REACH)
    DRIVER_FAULT = ("driver-fault", Stage.REACH)
    NOT_RECORDED = ("not-recorded", Stage.SCHEMA)

    def __init__(self, code: str, stage: Stage) -> None:
        self.code = code
        self.stage = stage

    @property
    def hint(self) -> str:
        """What to do, when the driver does not say it better."""
        return HINTS[self]


FROM_HERE = "this machine may be at fault: the system may well be reachable from the agent"
HINTS = {
    Failure.SETTING_MISSING: "add the setting to the section of the connection",
    Failure.SETTING_WRONG: "correct the setting",
    Failure.UNKNOWN_PACKAGE: "see 'idmxml package list' for the packages there are",
    Failure.SECRET_MISSING: "give it in an environment variable",
    Failure.NAME_UNKNOWN: f"check the name of the host; {FROM_HERE}",
    Failure.UNREACHABLE: f"check address, port and firewall; {FROM_HERE}",
    Failure.REFUSED: f"nothing listens at that port; check the port; {FROM_HERE}",
    Failure.TIMEOUT: f"raise --timeout, or check what keeps the answer away; {FROM_HERE}",
    Failure.CERTIFICATE: "have this machine trust the authority that issued the certificate, or renew the certificate",
    Failure.TLS_FAILED: "check that the port speaks TLS, and in a version that is still accepted",
    Failure.LOGIN_REFUSED: "check the account and its password, and that it is neither locked nor expired",
    Failure.NO_RIGHT: "give the account the right to read",
    Failure.NOT_FOUND: "check the name; what it stands for may have been moved or renamed",
    Failure.THROTTLED: "wait a while, or ask for a higher limit",
    Failure.CUT_OFF: "try again; when it happens again, look at the log of the system",
    Failure.MALFORMED_ANSWER: "check that the address is that of the service itself, without a login page before it",
    Failure.FILE_MISSING: "put it there, correct the path, or map its folder to a local one by [paths] in idmxml.toml",
    Failure.FILE_EMPTY: "have the file written anew: it holds nothing at all",
    Failure.FILE_ENCODING: "name the encoding the file is written in",
    Failure.FILE_HEADER: "have the header line corrected: each name once, in one line",
    Failure.FILE_FORMAT: "check that it is the file that is meant, whole and of this format",
    Failure.SCHEMA_FAILED: "check that the account may read the schema",
    Failure.NOT_DOCUMENTED: "record the schema from a sample file: idmxml connection refresh ID --from-sample FILE",
    Failure.MODE_FAILED: "check what the mode needs beyond the others",
    Failure.NO_DRIVER: "record the schema from a sample file: idmxml connection refresh ID --from-sample FILE",
    Failure.DEPENDENCY_MISSING: "install what is missing",
    Failure.DRIVER_FAULT: "this is a fault of the driver: please report it to its authors",
    Failure.NOT_RECORDED: "see to it that the folder .idmxml can be written, and that its files are whole",
}


class Skip(Enum):
    """Why a stage was not tried."""

    NOT_APPLICABLE = "not-applicable"
    EARLIER_FAILURE = "earlier-failure"
    NOT_CONFIGURED = "not-configured"
    NOT_TRIED = "not-tried"

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return SKIPPED[self]


SKIPPED = {
    Skip.NOT_APPLICABLE: "there is nothing of the kind here",
    Skip.EARLIER_FAILURE: "an earlier stage failed",
    Skip.NOT_CONFIGURED: "the connection is not set up for it",
    Skip.NOT_TRIED: "nothing tells from here",
}
PASSED = "ok"


@dataclass(frozen=True, slots=True)
class StageResult:
    """How a stage ended. ``reason`` is the failure, the cause of skipping it, or None when it passed.

    ``detail`` says what was found, as in ``3 columns``. For a failure, ``setting`` names the setting at fault inside the
    section, such as ``Servers[0].Server``, empty for none, and ``hint`` says what to do. ``warnings`` are sentences about
    what works and yet deserves attention, such as a certificate that is not verified.
    """

    stage: Stage
    reason: Failure | Skip | None = None
    detail: str = ""
    setting: str = ""
    hint: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``passed``, ``failed`` or ``skipped``."""
        if self.reason is None:
            return "passed"
        return "failed" if isinstance(self.reason, Failure) else "skipped"

    @property
    def code(self) -> str:
        """The code of the reason: ``ok``, that of the failure, or that of the cause of skipping."""
        if self.reason is None:
            return PASSED
        return self.reason.code if isinstance(self.reason, Failure) else self.reason.value


def passed(stage: Stage, detail: str = "", *warnings: str) -> StageResult:
    """A stage that went well."""
    return StageResult(stage, None, detail, warnings=warnings)


def skipped(stage: Stage, cause: Skip = Skip.NOT_APPLICABLE, detail: str = "") -> StageResult:
    """A stage that was not tried."""
    return StageResult(stage, cause, detail or cause.words)


class StageFailure(Exception):
    """A stage failed; nothing after it can be tried. Drivers raise it; those who call them turn it into a ``StageResult``.

    ``message`` states the fact in a sentence without full stop, and holds no secret. ``stage`` defaults to the one the
    failure belongs to, ``hint`` to the usual advice.
    """

    def __init__(
        self, failure: Failure, message: str, *, setting: str = "", hint: str = "", stage: Stage | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.setting = setting
        self.hint = hint or failure.hint
        self.stage = stage or failure.stage

    @property
    def result(self) -> StageResult:
        """The failed stage."""
        return StageResult(self.stage, self.failure, self.message, self.setting, self.hint)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuilt, (self.failure, self.message, self.setting, self.hint, self.stage))


def _rebuilt(failure: Failure, message: str, setting: str, hint: str, stage: Stage) -> StageFailure:
    return StageFailure(failure, message, setting=setting, hint=hint, stage=stage)


@dataclass(frozen=True, slots=True)
class ModeResult:
    """All stages of one mode, in their order, each exactly once."""

    mode: Mode
    stages: tuple[StageResult, ...]

    @property
    def failure(self) -> StageResult | None:
        """The stage that failed; None when none did."""
        return next((each for each in self.stages if each.status == "failed"), None)

    @property
    def status(self) -> str:
        """``failed``, ``skipped`` when the mode itself was not tried, or ``passed``."""
        if self.failure is not None:
            return "failed"
        return "skipped" if all(each.status == "skipped" for each in self.stages) else "passed"


def ordered(mode: Mode, found: Iterable[StageResult]) -> ModeResult:
    """All stages of a mode from those that were tried; the first failure ends it. Two results of one stage are joined."""
    results: dict[Stage, StageResult] = {}
    for each in _until_failure(found):
        known = results.get(each.stage)
        results[each.stage] = each if known is None else _joined(known, each)
    last = next((place for place, stage in enumerate(Stage) if stage in results and results[stage].status == "failed"), None)
    return ModeResult(
        mode,
        tuple(
            results.get(stage)
            or skipped(stage, Skip.EARLIER_FAILURE if last is not None and place > last else Skip.NOT_APPLICABLE)
            for place, stage in enumerate(Stage)
            if stage in stages_of(mode)
        ),
    )


def _until_failure(found: Iterable[StageResult]) -> Iterator[StageResult]:
    for each in found:
        yield each
        if each.status == "failed":
            return


def _joined(earlier: StageResult, later: StageResult) -> StageResult:
    """Both results of a stage that was tried for several servers or tables: the worse one counts, details add up."""
    if later.status == "failed" or earlier.status == "skipped":
        return replace(later, warnings=(*earlier.warnings, *later.warnings))
    detail = "; ".join(dict.fromkeys(each for each in (earlier.detail, later.detail) if each))
    return replace(earlier, detail=detail, warnings=tuple(dict.fromkeys((*earlier.warnings, *later.warnings))))


def without_telling(stages: Generator[StageResult, None, T]) -> T:
    """What the stages lead to, such as a session; StageFailure at the first that fails."""
    while True:
        try:
            next(stages)
        except StopIteration as end:
            found: T = end.value
            return found
