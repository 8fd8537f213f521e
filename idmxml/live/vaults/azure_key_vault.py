"""Secrets of Azure Key Vault through its REST interface: ``GET {vault}/secrets`` and ``GET {vault}/secrets/{name}``."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from idmxml.drivers.http_answers import Answer, loose_object
from idmxml.drivers.tls_verification import verifying_context
from idmxml.live.vaults.addresses import host_of, is_same_service, read_address
from idmxml.live.vaults.azure_login import EXTRA, AzureLogin
from idmxml.live.vaults.gathered import Gathered
from idmxml.live.vaults.once import Once
from idmxml.live.vaults.vault_http import Question, VaultHttp, json_object, unexpected
from idmxml.live.vaults.vault_settings import VaultSection
from idmxml.settings.connection_strings import ConnectionString, NotAConnectionStringError, read_connection_string
from idmxml.settings.layers import KEY_VAULT
from idmxml.stages import Failure, Stage, StageFailure

HOST: Final = re.compile(r"[0-9A-Za-z._-]+")
"""Part of it becomes a word for the Azure CLI, which is a batch file on Windows, where other characters may begin a command."""
API_VERSION: Final = "7.4"
MOST_PAGES: Final = 1000
NAME: Final = re.compile(r"[0-9A-Za-z-]{1,127}")
HOW_TO_ALLOW: Final = "give the account the right to get secrets of the vault (role Key Vault Secrets User)"
REASONS: Final = {
    "SecretDisabled": ("the secret is disabled", "enable it in the vault"),
    "ForbiddenByFirewall": ("the firewall of the vault does not let this machine in", "add this machine to its network rules"),
    "ForbiddenByConnection": ("the vault lets in its private network alone", "run the command inside that network"),
}


class AzureKeyVault:
    """The vault that the section ``AzureKeyVault`` names. Its names, its token and each secret are asked for once."""

    def __init__(self, section: VaultSection, variables: Mapping[str, str], once: Once, gathered: Gathered) -> None:
        self._section = section
        self._variables = variables
        self._once = once
        self._gathered = gathered

    def session(self, deadline: float) -> VaultHttp:
        """The requests of one connection."""
        context = partial(self._once.get, "azure context", verifying_context, deadline)
        return VaultHttp(EXTRA, context, deadline, by_proxy=True)

    def names(self, http: VaultHttp) -> tuple[str, ...]:
        """The names of all secrets that are not disabled; StageFailure when they can't be had."""
        return self._once.get("azure names", lambda: tuple(self._names(http)), http.deadline)

    def secret(self, http: VaultHttp, name: str) -> str:
        """The value of a secret; StageFailure when it can't be had."""
        value = self._once.get(("azure", name.casefold()), partial(self._secret, http, name), http.deadline)
        return self._gathered.add(value)

    def token(self, http: VaultHttp) -> str:
        """The token that requests carry."""
        return self._once.get("azure token", lambda: self._gathered.add(self._login().token(http)), http.deadline)

    def _names(self, http: VaultHttp) -> Iterator[str]:
        url: object = f"{self._address()}/secrets?api-version={API_VERSION}"
        for _page in range(MOST_PAGES):
            page = self._object(http, str(url))
            listed, url = page.get("value"), page.get("nextLink")
            if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
                raise _malformed("a list of its secrets")
            for each in listed:
                attributes = each.get("attributes")
                if not isinstance(attributes, Mapping) or attributes.get("enabled") is not False:
                    yield str(each.get("id", "")).rstrip("/").rpartition("/")[2]
            if not url:
                return
            if not is_same_service(str(url), self._address()):  # the token is for this vault alone
                raise _malformed("a list of its secrets")
        raise _malformed("a list of its secrets that ends")

    def _secret(self, http: VaultHttp, name: str) -> str:
        if not NAME.fullmatch(name):
            message = "Azure Key Vault can't have a secret of this name: it is made of letters, digits and dashes"
            raise StageFailure(Failure.SETTING_WRONG, message, hint="rename the connection", stage=Stage.SECRET)
        value = self._object(http, f"{self._address()}/secrets/{name}?api-version={API_VERSION}").get("value")
        if not isinstance(value, str):
            raise _malformed("a secret")
        return value

    def _object(self, http: VaultHttp, url: str) -> Mapping[str, Any]:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token(http)}"}
        answer = http.answer(Question(KEY_VAULT, url, headers))
        if not answer.is_success:
            raise _refusal(answer)
        return json_object(answer, KEY_VAULT)

    def _login(self) -> AzureLogin:
        host = urlsplit(self._address()).hostname or ""
        resource = host.partition(".")[2] or host
        return AzureLogin(f"https://{resource}", self._connection_string(), self._variables, self._gathered)

    def _connection_string(self) -> ConnectionString | None:
        text = self._section.text("ConnectionString")
        if not text:
            return None
        try:
            return read_connection_string(text)
        except NotAConnectionStringError as fault:
            raise self._section.wrong("ConnectionString", str(fault)) from None

    def _address(self) -> str:
        text = self._section.certain_text("Vault")
        parts = read_address(text)
        if parts is None or not HOST.fullmatch(parts.hostname or ""):
            raise self._section.wrong("Vault", "is not the address of a vault", "write it as https://name.vault.azure.net/")
        return f"https://{host_of(parts)}"


def _malformed(what: str) -> StageFailure:
    message = f"{KEY_VAULT} answers with something else than {what}"
    hint = "check that 'AzureKeyVault > Vault' is the address of the vault itself"
    return StageFailure(Failure.MALFORMED_ANSWER, message, hint=hint, stage=Stage.SECRET)


def _refusal(answer: Answer) -> StageFailure:
    if answer.status == 401:
        message = f"{KEY_VAULT} does not accept the login"
        return StageFailure(Failure.LOGIN_REFUSED, message, hint="check the tenant of the login", stage=Stage.SECRET)
    if answer.status == 403:
        message, hint = REASONS.get(_reason(answer), (f"{KEY_VAULT} denies this account access", HOW_TO_ALLOW))
        return StageFailure(Failure.NO_RIGHT, message, hint=hint, stage=Stage.SECRET)
    if answer.status == 404 and loose_object(answer) is not None:
        hint = "check its name in the vault, or take it out of 'key-vault-secrets' in idmxml.toml"
        return StageFailure(Failure.NOT_FOUND, "the vault has no secret of this name", hint=hint, stage=Stage.SECRET)
    return unexpected(answer, KEY_VAULT)


def _reason(answer: Answer) -> str:
    error = (loose_object(answer) or {}).get("error")
    inner = error.get("innererror") if isinstance(error, Mapping) else None
    return str(inner.get("code", "")) if isinstance(inner, Mapping) else ""
