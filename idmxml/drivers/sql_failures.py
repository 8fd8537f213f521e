"""What databases answer, by their codes, as failures of a stage."""

import re
from typing import Any, Final

from idmxml.stages import Failure, Stage, StageFailure

LOGIN, DATABASE, RIGHT, TABLE, QUERY, TIME, CERTIFICATE, TLS, BROKEN, BUSY, FORMAT = (
    "login",
    "database",
    "right",
    "table",
    "query",
    "time",
    "certificate",
    "tls",
    "broken",
    "busy",
    "format",
)
STATES: Final = {
    "28": LOGIN,
    "3D": DATABASE,
    "42501": RIGHT,
    "42P01": TABLE,
    "3F000": TABLE,
    "42S02": TABLE,
    "42": QUERY,
    "37000": QUERY,
    "22": QUERY,
    "53": BUSY,
    "57014": TIME,
    "HYT00": TIME,
    "HYT01": TIME,
    "08": BROKEN,
    "57": BROKEN,
}
"""What SQLSTATEs mean, by their beginnings; the longest one counts."""
NUMBERS: Final = {
    "mysql": {
        1045: LOGIN, 1698: LOGIN, 1130: LOGIN, 1049: DATABASE, 1044: RIGHT, 1142: RIGHT, 1143: RIGHT, 1227: RIGHT, 1370: RIGHT,
        1146: TABLE, 1356: TABLE, 3024: TIME, 1969: TIME, 2006: BROKEN, 2013: BROKEN, 2014: BROKEN, 2055: BROKEN,
        3159: TLS, 2026: TLS,
    },
    "mssql": {
        18456: LOGIN, 18452: LOGIN, 18470: LOGIN, 18486: LOGIN, 18487: LOGIN, 18488: LOGIN, 4060: DATABASE, 911: DATABASE,
        229: RIGHT, 230: RIGHT, 262: RIGHT, 300: RIGHT, 297: RIGHT, 916: RIGHT, 208: TABLE, 2812: TABLE,
    },
    "oracle": {
        1017: LOGIN, 28000: LOGIN, 28001: LOGIN, 1005: LOGIN, 12505: DATABASE, 12514: DATABASE, 12154: DATABASE, 1031: RIGHT,
        1045: RIGHT, 942: TABLE, 1013: TIME, 3156: TIME, 4068: TIME, 3113: BROKEN, 3114: BROKEN, 12537: BROKEN, 6413: BROKEN,
    },
    "ase": {4002: LOGIN, 911: DATABASE, 229: RIGHT, 230: RIGHT, 10330: RIGHT, 208: TABLE},
}  # fmt: skip
"""What the numbers mean that databases give their errors."""
WORDS: Final = (
    (re.compile(r"certificate|hostname|host name .*match|CERTIFICATE_VERIFY", re.IGNORECASE), CERTIFICATE),
    (
        re.compile(
            r"password authentication|authentication failed|no password|pg_hba|role .* does not exist|login failed",
            re.IGNORECASE,
        ),
        LOGIN,
    ),
    (re.compile(r"database .* does not exist|Unknown database", re.IGNORECASE), DATABASE),
    (re.compile(r"file is not a database|disk image is malformed", re.IGNORECASE), FORMAT),
    (re.compile(r"no such table|no such view", re.IGNORECASE), TABLE),
    (
        re.compile(
            r"closed the connection|connection (was )?(reset|closed|lost)|Lost connection|broken pipe|EOF", re.IGNORECASE
        ),
        BROKEN,
    ),
    (re.compile(r"timed out|timeout", re.IGNORECASE), TIME),
    (re.compile(r"SSL|TLS", re.IGNORECASE), TLS),
)
TIMED_OUT: Final = re.compile(r"timed out", re.IGNORECASE)
NATIVE: Final = re.compile(r"\((\d+)\)")
MESSAGES: Final = {
    LOGIN: (Failure.LOGIN_REFUSED, "the database refuses the account or its password", ""),
    DATABASE: (Failure.NOT_FOUND, "the server has no database of this name", ""),
    RIGHT: (Failure.NO_RIGHT, "the account may not read what the export reads", ""),
    TABLE: (Failure.NOT_FOUND, "the query reads a table that is not there, or that the account may not see", ""),
    TIME: (Failure.TIMEOUT, "the database gave no answer in time", ""),
    CERTIFICATE: (
        Failure.CERTIFICATE,
        "the certificate of the server can't be verified for this name",
        "have this machine trust its authority, or let the connection string say how far certificates are verified",
    ),
    TLS: (Failure.TLS_FAILED, "no encrypted connection to the database came about", ""),
    FORMAT: (Failure.FILE_FORMAT, "the file is no database of SQLite", ""),
    BUSY: (Failure.THROTTLED, "the database has no room for another connection", ""),
    BROKEN: (Failure.CUT_OFF, "the database ended the connection before it had answered", ""),
}
STAGES: Final = {LOGIN: Stage.LOGIN, CERTIFICATE: Stage.TLS, TLS: Stage.TLS}
OF_THE_MOMENT: Final = frozenset({TIME, BROKEN, BUSY})
"""What no setting is at fault for, once the login is done."""
CONNECTION_STRING: Final = "ConnectionString"
LONGEST_TEXT: Final = 300


def meaning(kind: str, error: BaseException) -> str:
    """What an error of a driver means, as one of the words above; ``query`` when nothing else is known."""
    original: Any = getattr(error, "orig", None) or error
    numbers = NUMBERS.get(kind, {})
    found = next((numbers[each] for each in _numbers(kind, original) if each in numbers), None)
    if found == BROKEN and TIMED_OUT.search(str(original)):
        return TIME
    by_state = _by_state(_state(original))
    if found is None and by_state in {None, BROKEN}:  # drivers say so little by their state when they can't connect
        by_state = _by_words(_whole_text(original)) or by_state
    return found or by_state or QUERY


def _numbers(kind: str, error: Any) -> list[int]:
    first = error.args[0] if getattr(error, "args", None) else None
    if isinstance(first, int):
        return [first]
    if kind == "oracle":
        match = re.search(r"(?:ORA|DPY|DPI)-(\d+)", str(error))
        return [int(match[1])] if match else []
    return [int(each) for each in NATIVE.findall(str(error))]


def _state(error: Any) -> str:
    state = getattr(error, "sqlstate", None)
    first = error.args[0] if getattr(error, "args", None) else None
    if state is None and isinstance(first, str) and re.fullmatch(r"[0-9A-Z]{5}", first):
        state = first
    return str(state or "")


def _by_state(state: str) -> str | None:
    return next((STATES[state[:length]] for length in (5, 2) if state and state[:length] in STATES), None)


def _by_words(text: str) -> str | None:
    return next((word for pattern, word in WORDS if pattern.search(text)), None)


def _whole_text(error: BaseException) -> str:
    return f"{error} {error.__cause__ or ''} {error.__context__ or ''}"


def database_failure(kind: str, error: BaseException, stage: Stage, setting: str, *, tells: bool) -> StageFailure:
    """The failure for an error of a driver at a stage. ``tells`` allows to quote the database about the query it was given."""
    word = meaning(kind, error)
    if stage is Stage.LOGIN and word == QUERY:
        word = LOGIN if not isinstance(getattr(error, "orig", error), OSError) else BROKEN
    if word == QUERY:
        text = _first_line(getattr(error, "orig", None) or error) if tells else ""
        message = "the database can't run the query" + (f": {text}" if text else "")
        return StageFailure(Failure.SETTING_WRONG, message, setting=setting, hint="correct the query", stage=stage)
    failure, message, hint = MESSAGES[word]
    if word in OF_THE_MOMENT and stage is not Stage.LOGIN:
        setting = ""
    if word == FORMAT:
        setting = CONNECTION_STRING
    if stage is Stage.LOGIN and word == RIGHT:
        message = "the account may not use this database"
    return StageFailure(failure, message, setting=setting, hint=hint, stage=STAGES.get(word, stage))


def _first_line(error: Any) -> str:
    text = error.args[1] if len(getattr(error, "args", ())) > 1 and isinstance(error.args[1], str) else str(error)
    return re.sub(r"^(\[[^\]]*\]\s*)+", "", text.strip().split("\n")[0])[:LONGEST_TEXT].rstrip(". ")
