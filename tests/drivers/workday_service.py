"""A service that answers as the web services of Workday are documented: envelopes of SOAP, with the login of WS-Security."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from http_service import Asked, Told
from lxml import etree

NEVER_TOLD = "Zo\u00eb-never-told"
LOGIN, PASSWORD = "reader@contoso", "p<&\u00e9-never-told"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE: Final = "urn:com.workday/bsvc"
SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PASSWORD_TEXT: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105
ORDER: Final = ("Request_References", "Request_Criteria", "Response_Filter", "Response_Group")
"""The elements of a request, in the only order that its schema allows."""
PATHS: Final = {
    "Get_Workers_Request": "/ccx/service/contoso/Human_Resources/v34.2",
    "Get_Organizations_Request": "/ccx/service/contoso/Human_Resources/v34.2",
    "Get_Settings_Request": "/ccx/service/contoso/Settings/v40.0",
}
WITHOUT_FILTER: Final = "Get_Settings_Request"
FAULT: Final = (
    f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}"><SOAP-ENV:Body><SOAP-ENV:Fault xmlns:wd="{SERVICE}">'
    "<faultcode>SOAP-ENV:{code}</faultcode><faultstring>{text}</faultstring>"
    "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
)


def fault(code: str, text: str) -> Told:
    return Told(500, FAULT.format(code=code, text=text).encode(), "text/xml;charset=UTF-8")


REFUSED = fault("Client.authenticationError", "invalid username or password")
UNAUTHORIZED = fault("Server.processingFault", "Processing error occurred. The task submitted is not authorized.")


def invalid(what: str) -> Told:
    return fault("Client.validationError", f"Validation error occurred. Element content {what}, {NEVER_TOLD}")


@dataclass(frozen=True)
class Workday:
    """A service. ``instead`` are answers in place of the right ones, by path or by request; ``asked`` are the requests."""

    instead: Mapping[str, Told] = field(default_factory=dict)
    asked: list[etree._Element] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        if asked.path in self.instead:
            return self.instead[asked.path]
        assert (asked.method, asked.headers["Content-Type"]) == ("POST", "text/xml; charset=utf-8")
        root = etree.fromstring(asked.body.encode())
        header, body = root
        assert (root.tag, header.tag, body.tag) == tuple(f"{{{SOAP}}}{each}" for each in ("Envelope", "Header", "Body"))
        if not _is_known(header):
            return REFUSED
        (request,) = body
        self.asked.append(request)
        name = etree.QName(request).localname
        if name in self.instead:
            return self.instead[name]
        return self._answer(request, name, asked.path)

    @staticmethod
    def _answer(request: etree._Element, name: str, path: str) -> Told:
        parts = [etree.QName(each).localname for each in request]
        if PATHS.get(name) != path or parts != sorted(parts, key=ORDER.index):
            return invalid("is not expected")
        count = request.find(f"{{{SERVICE}}}Response_Filter/{{{SERVICE}}}Count")
        if (name == WITHOUT_FILTER) != (count is None):
            return invalid("'Response_Filter' is not expected")
        assert count is None or count.text == "1"
        found = f'<wd:R xmlns:wd="{SERVICE}"><wd:Name>{NEVER_TOLD}</wd:Name></wd:R>'
        answer = f'<e:Envelope xmlns:e="{SOAP}"><e:Body>{found}</e:Body></e:Envelope>'
        return Told(200, answer.encode(), "text/xml;charset=UTF-8")


def _is_known(header: etree._Element) -> bool:
    (token,) = header.findall(f"{{{SECURITY}}}Security/{{{SECURITY}}}UsernameToken")
    name, password = token
    assert (name.tag, password.tag) == (f"{{{SECURITY}}}Username", f"{{{SECURITY}}}Password")
    assert password.get("Type") == PASSWORD_TEXT
    return (name.text, password.text) == (LOGIN, PASSWORD)
