"""Logins of applications at the Microsoft identity platform: client credentials of OAuth 2, and what its refusals mean.

The numbers of errors and their meaning lie in ``schemas/microsoft-login.json``.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from idmxml.drivers.driver import Failure, Settings, StageFailure
from idmxml.drivers.http_answers import Answer, loose_object
from idmxml.drivers.http_login import ACCEPTED, HttpAddress, Login, TokenRequest, given, http_address
from idmxml.facts.files import read_stored

AUTHORITY: Final = "https://login.microsoftonline.com"
TOKEN_PATH: Final = "/oauth2/v2.0/token"  # noqa: S105  a path
HINT: Final = "check ApplicationId, ApplicationKey and TenantId, and that '{scope}' asks for a token of this service"
TENANT: Final = "{0}"
"""Where the tenant stands in a pattern, as .NET fills it in."""


def by_application(settings: Settings, scope: str, authority: HttpAddress) -> Login:
    """By a token for the application of ``ApplicationId``; the setting ``scope`` names what the token is for."""
    form = {
        "grant_type": "client_credentials",
        "client_id": given(settings, "ApplicationId"),
        "client_secret": given(settings, "ApplicationKey"),
        "scope": given(settings, scope),
    }
    address = http_address(settings, authority.setting, f"{authority.url}{TOKEN_PATH}")
    request = TokenRequest(address, form, lambda answer: _refusal(settings, scope, answer))
    words, hint = ACCEPTED, HINT.format(scope=scope)
    return Login(settings.full_name("ApplicationId"), words, request=request, hint=hint)


def tenant_authority(settings: Settings, base: str) -> HttpAddress:
    """The authority of the tenant at a service that gives tokens."""
    return http_address(settings, "", f"{base}/{_tenant(settings)}")


def authority_of_pattern(settings: Settings, name: str) -> HttpAddress | None:
    """The authority that the setting ``name`` gives, the tenant in place of ``{0}``; None when it is no whole address.

    An address without a path is that of the service, and the tenant goes behind it.
    """
    text = given(settings, name).strip().replace(TENANT, _tenant(settings))
    try:
        found = http_address(settings, name, text)
    except StageFailure:
        return None
    return found if found.path else http_address(settings, name, f"{found.url}/{_tenant(settings)}")


def _tenant(settings: Settings) -> str:
    return quote(given(settings, "TenantId").strip(), safe="")


def _refusal(settings: Settings, scope: str, answer: Answer) -> StageFailure | None:
    """The failure that an answer tells by the number of its error; None when it gives no number."""
    numbers = _numbers(answer)
    if not numbers:
        return None
    usual = {
        "setting": "ApplicationId",
        "message": f"the service that gives tokens refuses the application by error AADSTS{numbers[0]}",
        "hint": HINT.format(scope=scope),
    }
    known = next((_errors()[each] for each in numbers if each in _errors()), usual)
    setting = settings.full_name(scope if known["setting"] == "scope" else known["setting"])
    return StageFailure(Failure.LOGIN_REFUSED, known["message"], setting=setting, hint=known["hint"])


def _numbers(answer: Answer) -> list[str]:
    found = (loose_object(answer) or {}).get("error_codes")
    return [str(each) for each in found if isinstance(each, int)] if isinstance(found, list) else []


@lru_cache(maxsize=1)
def _errors() -> Mapping[str, Any]:
    errors: Mapping[str, Any] = read_stored("microsoft-login.json")["errors"]
    return errors
