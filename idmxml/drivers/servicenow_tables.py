"""Requests to the Table API of ServiceNow: rows page by page, and whether a table can be read at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from idmxml.drivers.driver import Failure, Settings, Stage, StageFailure
from idmxml.drivers.http_answers import Answer, status_failure
from idmxml.drivers.http_login import is_given
from idmxml.drivers.http_session import JSON, Session

TABLES, DICTIONARY = "sys_db_object", "sys_dictionary"
PAGE: Final = 5000
MOST_ROWS: Final = 2_000_000
ADDRESS_HINT: Final = "give the address of the Table API, as in https://<instance>.service-now.com/api/now/table"
LONGEST_NUMBER: Final = 12
NOTHING: Final = b"No Record found"
SIZE: Final = "ResponseSizeLimit"


def page_size(settings: Settings) -> int:
    """How many rows are asked for at once: as many as the settings allow, and no more than is usual."""
    if not is_given(settings, SIZE):
        return PAGE
    size = settings.number(SIZE)
    if size < 1:
        raise settings.wrong(SIZE, "is less than one")
    return min(size, PAGE)


def try_table(session: Session, table: str, stage: Stage, query: str = "") -> Answer:
    """The answer for one record of a table at most, without its fields; StageFailure when it is no answer of the API.

    A table without records is one that can be read, though old versions of the API answer that nothing is found.
    """
    answer = session.answer(_path(table, {"sysparm_query": query} if query else {}, ("sys_id",), 1), JSON, stage)
    if answer.is_success:
        _result(session, answer, stage)
    elif _is_empty(answer):
        return Answer(200)
    elif answer.is_passing:
        raise status_failure(answer, stage, session.address.setting)
    return answer


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that a query finds. ``is_whole`` unless the service tells that there are more, which the account may not see."""

    found: tuple[dict[str, object], ...] = field(default=(), repr=False)
    is_whole: bool = True


def rows_of(session: Session, table: str, fields: tuple[str, ...], query: str, hint: str) -> Rows:
    """The rows of a table that a query finds; StageFailure when it can't be read. ``hint`` says which right is wanted.

    Pages may be short, as rows that the account may not see are taken out of them.
    """
    found: list[dict[str, object]] = []
    size = page_size(session.settings)
    for offset in range(0, MOST_ROWS, size):
        answer = session.answer(_path(table, {"sysparm_query": query}, fields, size, offset), JSON, Stage.SCHEMA)
        rows = [] if _is_empty(answer) else _rows(session, answer, hint)
        found += rows
        total = _total(answer)
        if (total is None and len(rows) < size) or (total is not None and total <= offset + size):
            return Rows(tuple(found), total is None or total <= len(found))
    message = f"the dictionary of the service has more than {MOST_ROWS:,} rows"
    raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.address.setting, hint="refresh mapped tables only")


def _rows(session: Session, answer: Answer, hint: str) -> list[dict[str, object]]:
    if answer.status == 403:
        failure = status_failure(answer, Stage.SCHEMA, session.login.setting)
        raise StageFailure(failure.failure, failure.message, setting=failure.setting, hint=hint, stage=Stage.SCHEMA)
    if answer.is_absent:
        message = "the service does not have the tables of its dictionary at this address"
        raise StageFailure(Failure.NOT_FOUND, message, setting=session.address.setting, hint=ADDRESS_HINT)
    return _result(session, answer, Stage.SCHEMA)


def _total(answer: Answer) -> int | None:
    """How many rows a query finds, those included that the account may not see; None when the service does not tell."""
    told = answer.headers.get("x-total-count", "")
    return int(told) if told.isdecimal() and len(told) < LONGEST_NUMBER else None


def _path(table: str, more: Mapping[str, str], fields: tuple[str, ...], limit: int, offset: int = 0) -> str:
    parameters = {
        **more,
        "sysparm_fields": ",".join(fields),
        "sysparm_exclude_reference_link": "true",
        "sysparm_limit": str(limit),
        **({"sysparm_offset": str(offset)} if offset else {}),
    }
    return f"/{quote(table)}?{urlencode(parameters, quote_via=quote)}"


def _result(session: Session, answer: Answer, stage: Stage) -> list[dict[str, object]]:
    stored = session.read_json(answer, stage)
    found: Any = stored.get("result") if isinstance(stored, Mapping) else None
    if not isinstance(found, list):
        message = "the answer holds no rows of a table"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting, hint=ADDRESS_HINT, stage=stage)
    return [each for each in found if isinstance(each, dict)]


def _is_empty(answer: Answer) -> bool:
    """Whether the answer tells that there are no records, rather than no table."""
    return answer.status == 404 and NOTHING in answer.body
