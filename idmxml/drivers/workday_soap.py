"""Envelopes of SOAP 1.1 for the web services of Workday, with the login of WS-Security, and the faults in their answers."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from idmxml.source.fast import make_parser

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE: Final = "urn:com.workday/bsvc"
OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
SECURITY: Final = f"{OASIS}wssecurity-secext-1.0.xsd"
PASSWORD_TEXT: Final = f"{OASIS}username-token-profile-1.0#PasswordText"
FRAME: Final = f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:bsvc="{SERVICE}">{{}}</soapenv:Envelope>'
FILTER, PAGE, COUNT, GROUP, CRITERIA, RANGE = (
    f"{{{SERVICE}}}{name}"
    for name in (
        "Response_Filter",
        "Page",
        "Count",
        "Response_Group",
        "Request_Criteria",
        "Transaction_Date_Range_Data",
    )
)
MOMENT: Final = ("2000-01-01T00:00:00Z", "2000-01-01T00:00:01Z")


class NotARequestError(Exception):
    """The body is no request in an element of Workday; its sentence says why."""


class NotAnAnswerError(Exception):
    """The bytes are no envelope of SOAP."""


@dataclass(frozen=True, slots=True)
class SoapFault:
    """A fault that a service tells. ``code`` is its last part, such as ``validationError``."""

    code: str
    is_login: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request is limited to: one object of the first page, and changes by the element ``changes`` names, if any."""

    to_one: bool = False
    changes: str = ""


def envelope_of(body: str, account: tuple[str, str], limits: Limits) -> bytes:
    """The bytes of a request with the login, from the element of its body on; NotARequestError when it is none.

    ``account`` is the name and the password, without characters that XML can't hold.
    """
    try:
        root = etree.fromstring(FRAME.format(body).encode(), make_parser())
    except (etree.XMLSyntaxError, ValueError):
        raise NotARequestError("is no XML when it stands in an envelope") from None
    requests = [each for part in root for each in part]
    if len(root) != 1 or len(requests) != 1 or not str(requests[0].tag).startswith(f"{{{SERVICE}}}"):
        raise NotARequestError("holds no single request with the prefix bsvc")
    if limits.to_one:
        _limit_to_one(requests[0])
    if limits.changes:
        _limit_to_changes(requests[0], limits.changes)
    root.insert(0, _header(*account))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _header(login: str, password: str) -> etree._Element:
    header = etree.Element(f"{{{SOAP}}}Header")
    attributes, names = {f"{{{SOAP}}}mustUnderstand": "1"}, {"wsse": SECURITY}
    security = etree.SubElement(header, f"{{{SECURITY}}}Security", attributes, nsmap=names)
    token = etree.SubElement(security, f"{{{SECURITY}}}UsernameToken")
    etree.SubElement(token, f"{{{SECURITY}}}Username").text = login
    etree.SubElement(token, f"{{{SECURITY}}}Password", {"Type": PASSWORD_TEXT}).text = password
    return header


def _limit_to_one(request: etree._Element) -> None:
    found = _part(request, FILTER, (GROUP,))
    for tag in (PAGE, COUNT):
        element = found.find(tag)
        if element is None:
            element = etree.SubElement(found, tag)
        element.text = "1"


def _limit_to_changes(request: etree._Element, name: str) -> None:
    """Have the answer hold what changed in one moment long ago."""
    changes = etree.Element(f"{{{SERVICE}}}{name}")
    span = etree.SubElement(changes, RANGE)
    for tag, moment in zip(("Updated_From", "Updated_Through"), MOMENT, strict=True):
        etree.SubElement(span, f"{{{SERVICE}}}{tag}").text = moment
    _part(request, CRITERIA, (FILTER, GROUP)).insert(0, changes)


def _part(request: etree._Element, tag: str, before: tuple[str, ...]) -> etree._Element:
    """A part of a request; where it has none, a new one before the first of those that the order has behind it."""
    found = request.find(tag)
    if found is None:
        found = etree.Element(tag)
        request.insert(next((place for place, each in enumerate(request) if each.tag in before), len(request)), found)
    return found


def fault_of(content: bytes) -> SoapFault | None:
    """The fault of an answer, None for a success; NotAnAnswerError when it is none of SOAP."""
    try:
        root = etree.fromstring(content, make_parser())
    except (etree.XMLSyntaxError, ValueError):
        raise NotAnAnswerError from None
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None or len(body) == 0:
        raise NotAnAnswerError
    fault = body.find(f"{{{SOAP}}}Fault")
    if fault is None:
        return None
    code = (fault.findtext("faultcode") or "").strip().rpartition(":")[2].rpartition(".")[2]
    text = (fault.findtext("faultstring") or "").casefold()
    return SoapFault(code if code.isascii() and code.isalpha() else "", code == "authenticationError", "not authorized" in text)
