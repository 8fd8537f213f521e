"""Workday through its web services of SOAP: a table for each request of the file that the settings name.

Workday can't be run by the tests, which hold the driver to a service that answers as the web services are documented. Columns
are paths into the answers, of which there is no list, so none are told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.driver import (
    Failure,
    Mode,
    Settings,
    Skip,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
    skipped,
)
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.http_login import Login, given, read_http_address
from idmxml.drivers.http_session import Body, Session
from idmxml.drivers.workday_requests import FILE, WorkdayRequest, read_requests
from idmxml.drivers.workday_soap import Limits, NotAnAnswerError, NotARequestError, SoapFault, envelope_of, fault_of
from idmxml.snapshots.snapshot import count_words

ACCEPT: Final = "text/xml"
HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
BODY_HINT: Final = "correct the XmlBody of the request"
RIGHT_HINT: Final = "give the integration user's security group the right to get what the request asks for"
NAME: Final = re.compile(r"[A-Za-z_]+")
ODD_TAG: Final = "an IncrementalTag is no plain name of an element, and no other form is documented"
NO_TAG: Final = "no request of the file has an IncrementalTag"
OTHER_PLACE: Final = "the service does not take the criteria where this check puts them, which may not be where the export does"


@dataclass(frozen=True, slots=True)
class WorkdayDriver:
    """Sends each request, limited to one object, and reads no more of the answers than whether they are faults."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the file and at the service: reach it, log in, and send the requests of the file."""
        settings.remaining()
        address, login = read_http_address(settings, "Server"), _login(settings)
        requests = read_requests(settings)
        for each in requests:
            _envelope(settings, each, Limits())
        with Session(settings, address, login) as session:
            yield from session.connect()
            faults = [(requests[0], _answered(session, requests[0], Stage.READ))]
            yield session.logged_in()
            faults += [(each, _answered(session, each, Stage.READ)) for each in requests[1:]]
            yield _read(session, faults)
            yield passed(Stage.SCHEMA, f"{count_words(_tables(settings, requests))}; columns are paths that mappings choose")
            yield passed(Stage.COMPLETE) if mode is Mode.COMPLETE else _incremental(session, requests)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the requests; nothing but their file tells of them."""
        settings.remaining()
        read_http_address(settings, "Server")
        _login(settings)
        return wanted.among(_tables(settings, read_requests(settings)))


def _login(settings: Settings) -> Login:
    given(settings, "Password")
    given(settings, "Login")
    return Login(settings.full_name("Login"), "the password was accepted", is_in_body=True)


def _tables(settings: Settings, requests: tuple[WorkdayRequest, ...]) -> tuple[Table, ...]:
    return tuple(Table(settings.table(each.entity)) for each in requests)


def _envelope(settings: Settings, request: WorkdayRequest, limits: Limits) -> bytes:
    """The envelope of a request, with the login; StageFailure when it can't be made."""
    account = given(settings, "Login"), given(settings, "Password")
    for name, text in zip(("Login", "Password"), account, strict=True):
        if not text.isprintable():
            raise settings.wrong(name, "holds a character that can't be sent")
    try:
        return envelope_of(request.body, account, limits)
    except NotARequestError as error:
        message = f"the XmlBody of '{request.entity}' {error}"
        setting = settings.full_name(FILE)
        raise StageFailure(Failure.FILE_FORMAT, message, setting=setting, hint=BODY_HINT, stage=Stage.SETTINGS) from None


def _answered(session: Session, request: WorkdayRequest, stage: Stage, tag: str = "") -> SoapFault | None:
    """The fault of a request for one object, None for none; that of the request as it is where the service takes no limit.

    ``tag`` is the element that limits it to changes.
    """
    fault: SoapFault | None = None
    for to_one in (True, False):
        envelope = _envelope(session.settings, request, Limits(to_one, tag))
        fault = _send(session, request, envelope, stage)
        if fault is None or fault.is_right:
            break
    return fault


def _send(session: Session, request: WorkdayRequest, envelope: bytes, stage: Stage) -> SoapFault | None:
    answer = session.answer(f"/{request.service}", ACCEPT, stage, Body(envelope, HEADERS))
    fault = _fault(session, answer, stage)
    if fault is not None and fault.is_login:
        raise session.refused("the service refuses the login")
    return fault


def _fault(session: Session, answer: Answer, stage: Stage) -> SoapFault | None:
    """The fault that an answer tells, which comes with a status of failure; StageFailure when it is no answer of SOAP."""
    try:
        return fault_of(answer.body)
    except NotAnAnswerError:
        if not answer.is_success:
            raise session.failed(answer, stage) from None
        what = "a web page" if answer.is_page else "something else"
        message = f"the answer is no envelope of SOAP but {what}"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting, stage=stage) from None


def _read(session: Session, faults: list[tuple[WorkdayRequest, SoapFault | None]]) -> StageResult:
    """That the service answers each request."""
    for request, fault in faults:
        if fault is not None and fault.is_right:
            message = f"the service denies this account the request for '{request.entity}'"
            raise StageFailure(Failure.NO_RIGHT, message, setting=session.login.setting, hint=RIGHT_HINT)
        if fault is not None:
            told = f" ({fault.code})" if fault.code else ""
            message = f"the service refuses the request for '{request.entity}'{told}"
            setting = session.settings.full_name(FILE)
            raise StageFailure(Failure.FILE_FORMAT, message, setting=setting, hint=BODY_HINT, stage=Stage.READ)
    return passed(Stage.READ, f"{', '.join(request.entity for request, _fault in faults)} readable")


def _incremental(session: Session, requests: tuple[WorkdayRequest, ...]) -> StageResult:
    """That requests with a tag may be limited to changes; those without are always complete."""
    tagged = [each for each in requests if each.incremental_tag]
    if not tagged:
        return skipped(Stage.INCREMENTAL, Skip.NOT_APPLICABLE, NO_TAG)
    if not all(NAME.fullmatch(each.incremental_tag) for each in tagged):
        return skipped(Stage.INCREMENTAL, Skip.NOT_TRIED, ODD_TAG)
    for each in tagged:
        if _answered(session, each, Stage.INCREMENTAL, each.incremental_tag) is not None:
            return skipped(Stage.INCREMENTAL, Skip.NOT_TRIED, OTHER_PLACE)
    return passed(Stage.INCREMENTAL, f"{', '.join(each.entity for each in tagged)} can be limited to changes")
