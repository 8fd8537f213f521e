"""What directories answer, by the codes of LDAP and of Active Directory, as failures of a stage."""

import re
from typing import Final

from idmxml.stages import Failure, Stage, StageFailure

SUCCESS: Final = 0
OPERATIONS_ERROR: Final = 1
TIME_LIMIT: Final = 3
SIZE_LIMIT: Final = 4
ENCRYPTION_DEMANDED: Final = frozenset({8, 13})
UNAVAILABLE_EXTENSION: Final = 12
NO_SUCH_OBJECT: Final = 32
INVALID_CREDENTIALS: Final = 49
UNWILLING: Final = 53
LOGIN_CODES: Final = frozenset({7, 48, 49, 53, 14, 50})
BUSY: Final = frozenset({51, 52})

DATA: Final = re.compile(r"\bdata ([0-9a-fA-F]{3,4})\b")
AD_REASONS: Final = {
    "525": "there is no such account",
    "52e": "the account or the password is wrong",
    "530": "the account may not log in at this time",
    "531": "the account may not log in from this machine",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the account has to change its password first",
    "775": "the account is locked",
}

BY_CODE: Final[dict[int, tuple[Failure, str, str]]] = {
    OPERATIONS_ERROR: (Failure.NO_RIGHT, "the server does not let this account search", ""),
    TIME_LIMIT: (Failure.TIMEOUT, "the server ended the search at its limit of time", "raise the limit, or narrow the filter"),
    10: (Failure.NOT_FOUND, "the server refers to another one for this name", "address the server that holds this part"),
    11: (Failure.THROTTLED, "the server ended the search at a limit of its administrator", ""),
    UNAVAILABLE_EXTENSION: (Failure.MODE_FAILED, "the server does not support a control of the request", ""),
    16: (Failure.SETTING_WRONG, "the server knows no such attribute", ""),
    17: (Failure.SETTING_WRONG, "the server knows no such attribute", ""),
    18: (Failure.SETTING_WRONG, "the server can't compare as the filter asks", "correct the filter"),
    NO_SUCH_OBJECT: (Failure.NOT_FOUND, "the server has no entry of this name", ""),
    34: (Failure.SETTING_WRONG, "it is not a distinguished name", "write it as DC=contoso,DC=com"),
    50: (Failure.NO_RIGHT, "the account may not read here", ""),
    51: (Failure.THROTTLED, "the server is busy", ""),
    52: (Failure.UNREACHABLE, "the server is not available at present", ""),
    UNWILLING: (Failure.NO_RIGHT, "the server is unwilling to answer the search", ""),
}


def answer_failure(code: int, stage: Stage, setting: str) -> StageFailure:
    """The failure for a code that a search ended with. The text of the server is left out: it may quote what is secret."""
    failure, message, hint = BY_CODE.get(code, (Failure.MALFORMED_ANSWER, f"the server ended the search with code {code}", ""))
    return StageFailure(failure, message, setting=setting, hint=hint, stage=stage)


def login_failure(code: int, text: str, login: str, ssl: str) -> StageFailure:
    """The failure for a code that a login ended with. ``login`` and ``ssl`` are the full names of those settings."""
    if code in ENCRYPTION_DEMANDED:
        hint = f"set '{ssl}' to true"
        return StageFailure(Failure.LOGIN_REFUSED, "the server demands an encrypted connection", setting=ssl, hint=hint)
    match = DATA.search(text)
    reason = AD_REASONS.get(match[1].lower()) if match else None
    if code == INVALID_CREDENTIALS:
        return StageFailure(Failure.LOGIN_REFUSED, reason or "the account or the password is wrong", setting=login)
    if code in BUSY:
        return answer_failure(code, Stage.LOGIN, "")
    if code in LOGIN_CODES:
        why = "the server refuses this way to log in" if code in {7, 14, 48} else "the server refuses the login"
        return StageFailure(Failure.LOGIN_REFUSED, why, setting=login)
    return StageFailure(Failure.LOGIN_REFUSED, reason or f"the login ended with code {code}", setting=login)
