"""PostgreSQL on a query: its columns, found by preparing it, and the right to read what it reads, by explaining it."""

import select
import time
from collections.abc import Iterable
from typing import Any, Final

from idmxml.drivers.sql_described import Described

TYPES: Final = "SELECT format_type(t, m) FROM unnest(%s::oid[], %s::int4[]) WITH ORDINALITY AS x(t, m, n) ORDER BY n"
NAMELESS: Final = "?column?"
SEVERITY_STATE, SEVERITY_MESSAGE = ord("C"), ord("M")
LONGEST_LOOK: Final = 1.0


def described_by_postgresql(raw: Any, query: str, seconds: float) -> Iterable[Described]:
    """The columns of a query. ``raw`` is a connection of psycopg; it is waited for at most ``seconds``.

    Requests are sent and waited for here, as the driver offers no preparing that other threads could run beside.
    """
    connection = raw.pgconn
    until = time.monotonic() + seconds
    connection.send_prepare(b"", query.encode())
    _result(connection, until)
    connection.send_describe_prepared(b"")
    result = _result(connection, until)
    names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
    types = [(result.ftype(place), result.fmod(place)) for place in range(result.nfields)]
    if not names:
        return ()
    with raw.cursor() as cursor:
        cursor.execute(TYPES, [[each[0] for each in types], [each[1] for each in types]])
        texts = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN {query}")  # what the account may not read is told only when a plan begins
    return [Described("" if name == NAMELESS else name, text) for name, text in zip(names, texts, strict=True)]


def _result(connection: Any, until: float) -> Any:
    """The answer to the last request; an error of psycopg when it is one, TimeoutError when it does not come in time."""
    found: Any = None
    while True:
        while connection.flush():
            _wait(connection, until, for_writing=True)
        while connection.is_busy():
            _wait(connection, until, for_writing=False)
            connection.consume_input()
        result = connection.get_result()
        if result is None:
            break
        found = found or result
    _raise_fault(found)
    return found


def _wait(connection: Any, until: float, *, for_writing: bool) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer came in time")
    sockets = [connection.socket]
    select.select(sockets, sockets if for_writing else [], [], min(left, LONGEST_LOOK))


def _raise_fault(result: Any) -> None:
    from psycopg.errors import OperationalError, ProgrammingError, lookup
    from psycopg.pq import ExecStatus

    if result is None:
        raise OperationalError("the server closed the connection")
    if result.status == ExecStatus.COMMAND_OK:
        return
    state = (result.error_field(SEVERITY_STATE) or b"").decode()
    text = (result.error_field(SEVERITY_MESSAGE) or result.error_message or b"").decode("utf-8", "replace")
    try:
        raise lookup(state)(text)
    except KeyError:
        raise (ProgrammingError if state else OperationalError)(text) from None
