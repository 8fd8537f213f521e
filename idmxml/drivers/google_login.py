"""Logins of Google service accounts that act for a user: a request signed by the key of a credentials file gets a token.

The request (RFC 7523) tells the time, so this is the one login that reads the clock of the machine.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from idmxml.drivers.driver import Failure, Settings, Stage, StageFailure, require
from idmxml.drivers.found_files import find_file, start_of
from idmxml.drivers.http_answers import Answer, loose_object
from idmxml.drivers.http_login import ACCEPTED, Login, TokenRequest, given, http_address
from idmxml.facts.files import read_stored

FILE, USER = "CredentialsFilePath", "User"
EXTRA: Final = "google"
KIND: Final = "service_account"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ALGORITHM: Final = "RS256"
LONGEST: Final = 3600
"""Seconds that a signed request is valid for, which is as long as Google allows."""
LARGEST_FILE: Final = 1 << 20
FILE_HINT: Final = "give the JSON file that Google gives for a key of a service account"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a credentials file holds. ``tokens`` is the address that gives tokens."""

    account: str = field(repr=False)
    key: str = field(repr=False)
    key_identifier: str = field(repr=False)
    tokens: str = field(repr=False)


@lru_cache(maxsize=1)
def directory() -> Mapping[str, Any]:
    """What ``schemas/google-directory.json`` says."""
    stored: Mapping[str, Any] = read_stored("google-directory.json")
    return stored


def by_service_account(settings: Settings) -> Login:
    """By a token for the account of the credentials file, which acts for ``User``; StageFailure when the file is no such."""
    user = given(settings, USER).strip()
    credentials = _credentials(settings)
    form = {"grant_type": GRANT, "assertion": _signed(settings, credentials, user)}
    try:
        address = http_address(settings, FILE, credentials.tokens)
    except StageFailure:
        raise _wrong_file(settings, "the address that gives tokens is none") from None
    request = TokenRequest(address, form, lambda answer: _refusal(settings, answer))
    return Login(settings.full_name(FILE), ACCEPTED, request=request)


def _credentials(settings: Settings) -> Credentials:
    given(settings, FILE)
    try:
        content = start_of(settings, FILE, find_file(settings, FILE), LARGEST_FILE)
    except StageFailure as failure:  # the file is a secret of its own
        told = failure.failure, failure.message
        raise StageFailure(*told, setting=failure.setting, hint=failure.hint, stage=_stage(failure)) from None
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError):
        raise _wrong_file(settings, "it is no JSON") from None
    if not isinstance(stored, Mapping) or stored.get("type") != KIND:
        raise _wrong_file(settings, f"its type is not {KIND}")
    texts = {name: stored.get(name) for name in ("client_email", "private_key", "private_key_id")}
    missing = next((name for name, text in texts.items() if not isinstance(text, str) or not text.strip()), None)
    if missing:
        raise _wrong_file(settings, f"it lacks {missing}")
    tokens = str(stored.get("token_uri") or directory()["tokens"])
    return Credentials(str(texts["client_email"]), str(texts["private_key"]), str(texts["private_key_id"]), tokens)


def _stage(failure: StageFailure) -> Stage:
    return failure.stage if failure.stage is Stage.SETTINGS else Stage.SECRET


def _wrong_file(settings: Settings, why: str) -> StageFailure:
    full = settings.full_name(FILE)
    message = f"'{full}' leads to no credentials file of a service account: {why}"
    return StageFailure(Failure.FILE_FORMAT, message, setting=full, hint=FILE_HINT, stage=Stage.SECRET)


def _signed(settings: Settings, credentials: Credentials, user: str) -> str:
    """The request for a token, signed."""
    jwt = require("jwt", EXTRA)
    require("cryptography", EXTRA)
    from cryptography.exceptions import UnsupportedAlgorithm

    now = int(time.time())
    claims = {
        "iss": credentials.account,
        "sub": user,
        "scope": " ".join(directory()["scopes"]),
        "aud": credentials.tokens,
        "iat": now,
        "exp": now + LONGEST,
    }
    try:
        signed: str = jwt.encode(claims, credentials.key, algorithm=ALGORITHM, headers={"kid": credentials.key_identifier})
    except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):  # the last: a public key can't sign
        raise _wrong_file(settings, "its private_key can't be used") from None
    return signed


def _refusal(settings: Settings, answer: Answer) -> StageFailure | None:
    """The failure that an answer tells by its error and description."""
    stored = loose_object(answer) or {}
    error, says = (str(stored.get(name)) for name in ("error", "error_description"))
    for each in directory()["refusals"]:
        if each["error"] == error and each.get("says", "").casefold() in says.casefold():
            setting = settings.full_name(each["setting"])
            return StageFailure(Failure.LOGIN_REFUSED, each["message"], setting=setting, hint=each["hint"])
    return None
