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


class Envelope:
    """A request as it is sent."""

    def __init__(self, body: str) -> None:
        try:
            self._root = etree.fromstring(FRAME.format(body).encode(), make_parser())
        except (etree.XMLSyntaxError, ValueError):
            raise NotARequestError("is no XML when it stands in an envelope") from None
        requests = [each for body in self._root for each in body]
        if len(self._root) != 1 or len(requests) != 1 or not str(requests[0].tag).startswith(f"{{{SERVICE}}}"):
            raise NotARequestError("holds no single request with the prefix bsvc")
        self._request = requests[0]

    def sign(self, login: str, password: str) -> None:
        """Put the login before the body; ValueError for characters that XML can't hold."""
        header = etree.Element(f"{{{SOAP}}}Header")
        names = {"wsse": SECURITY}
        security = etree.SubElement(header, f"{{{SECURITY}}}Security", {f"{{{SOAP}}}mustUnderstand": "1"}, nsmap=names)
        token = etree.SubElement(security, f"{{{SECURITY}}}UsernameToken")
        etree.SubElement(token, f"{{{SECURITY}}}Username").text = login
        etree.SubElement(token, f"{{{SECURITY}}}Password", {"Type": PASSWORD_TEXT}).text = password
        self._root.insert(0, header)

    def limit(self) -> None:
        """Have the answer hold one object of the first page."""
        found = self._request.find(FILTER)
        if found is None:
            found = etree.Element(FILTER)
            self._insert(found, (GROUP,))
        for tag in (PAGE, COUNT):
            element = found.find(tag)
            if element is None:
                element = etree.SubElement(found, tag)
            element.text = "1"

    def limit_to_changes(self, name: str) -> None:
        """Have the answer hold what changed in one moment long ago, by the element of this name."""
        criteria = self._request.find(CRITERIA)
        if criteria is None:
            criteria = etree.Element(CRITERIA)
            self._insert(criteria, (FILTER, GROUP))
        changes = etree.Element(f"{{{SERVICE}}}{name}")
        span = etree.SubElement(changes, RANGE)
        for tag, moment in zip(("Updated_From", "Updated_Through"), MOMENT, strict=True):
            etree.SubElement(span, f"{{{SERVICE}}}{tag}").text = moment
        criteria.insert(0, changes)

    def _insert(self, element: etree._Element, before: tuple[str, ...]) -> None:
        """Put an element where the order of requests has it: before the first of those, else at the end."""
        place = next((place for place, each in enumerate(self._request) if each.tag in before), len(self._request))
        self._request.insert(place, element)

    @property
    def content(self) -> bytes:
        """The bytes that are sent."""
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8")


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
