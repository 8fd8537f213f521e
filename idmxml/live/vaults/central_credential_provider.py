"""Accounts of CyberArk through its Central Credential Provider: ``GET /AIMWebService/api/Accounts``."""

import re
import ssl
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from idmxml.drivers.http_answers import Answer, loose_object
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.tls_verification import verifying_context
from idmxml.live.vaults.addresses import host_of, read_address
from idmxml.live.vaults.client_certificates import context_with_certificate
from idmxml.live.vaults.gathered import Gathered
from idmxml.live.vaults.once import Once
from idmxml.live.vaults.vault_http import Question, VaultHttp, json_object, unexpected
from idmxml.live.vaults.vault_settings import VaultSection
from idmxml.stages import Failure, Stage, StageFailure

EXTRA: Final = "cyberark"
SERVICE: Final = "CyberArk's Central Credential Provider"
SERVICE_PATH: Final = "/AIMWebService"
ACCOUNTS: Final = "/api/Accounts"
STORE: Final = ("Thumbprint", "DistinguishedName", "StoreName", "StoreLocation")
ERROR_CODE: Final = re.compile(r"[A-Z]{3,10}\d{2,4}[A-Z]?")
AGENT_ONLY: Final = "only the agent's own Credential Provider knows what to ask then"
FROM_HERE: Final = "CyberArk may let in the agent alone: check the machines and certificates of the application"


class CentralCredentialProvider:
    """The accounts of the safe that the section ``CyberArk`` names. Each is asked for once."""

    def __init__(self, section: VaultSection, paths: LocalPaths, once: Once, gathered: Gathered) -> None:
        self._section = section
        self._paths = paths
        self._once = once
        self._gathered = gathered

    def session(self, deadline: float) -> VaultHttp:
        """The requests of one connection."""
        return VaultHttp(EXTRA, partial(self._once.get, "cyberark context", self._context, deadline), deadline)

    def field(self, http: VaultHttp, account: str, field: str) -> str:
        """A field of an account; StageFailure when it can't be had."""
        fields = self._once.get(("cyberark", account), partial(self._account, http, account), http.deadline)
        found = fields.get(field.casefold())
        if not isinstance(found, str) or not found:
            message = f"the account has no {field} in the answer of {SERVICE}"
            raise StageFailure(Failure.NOT_FOUND, message, hint="complete the account in CyberArk", stage=Stage.SECRET)
        return self._gathered.add(found)

    @property
    def is_encrypted(self) -> bool:
        """Whether it is spoken to by TLS."""
        return not self._section.text("Server").casefold().startswith("http:")

    def _account(self, http: VaultHttp, account: str) -> Mapping[str, object]:
        section = self._section
        if section.has("UseCyberArkSetting") and section.text("UseCyberArkSetting").casefold() != "true":
            hint = "set it to true in appsettings.json"
            raise section.wrong("UseCyberArkSetting", "is not true, so that the agent asks CyberArk for nothing", hint)
        wanted = {"AppID": section.certain_text("ApplicationId"), "Safe": section.certain_text("SafeName"), "Object": account}
        url = f"{self._address()}?{urlencode(wanted, quote_via=quote)}"
        answer = http.answer(Question(SERVICE, url, {"Accept": "application/json"}))
        if not answer.is_success:
            raise _refusal(answer)
        return {name.casefold(): value for name, value in json_object(answer, SERVICE).items()}

    def _address(self) -> str:
        text = self._section.text("Server")
        if not text:
            message = f"'{self._section.spelt('Server')}' is missing: {AGENT_ONLY}"
            raise StageFailure(Failure.SETTING_MISSING, message, hint=self._section.way("Server"), stage=Stage.SECRET)
        parts = read_address(text, ("http", "https"))
        if parts is None:
            raise self._section.wrong("Server", "is not the address of a service", "write it whole, as in https://host")
        path = parts.path.rstrip("/") or SERVICE_PATH
        end = "" if path.casefold().endswith(ACCOUNTS.casefold()) else ACCOUNTS
        return f"{parts.scheme}://{host_of(parts)}{path}{end}"

    def _context(self) -> ssl.SSLContext:
        section = self._section
        file = section.text("File")
        if file:
            return context_with_certificate(self._local(file), section.password("Password"), EXTRA)
        if any(section.has(key) for key in STORE):
            message = "the certificate that signs in to CyberArk lies in the certificate store of the agent"
            hint = (
                "export it with its key, and give the environment variables CyberArk__File, the path of the .pfx archive, "
                "and CyberArk__Password"
            )
            raise StageFailure(Failure.SECRET_MISSING, message, hint=hint, stage=Stage.SECRET)
        return verifying_context()

    def _local(self, file: str) -> Path:
        found = self._paths.find(file)
        if found is None:
            hint = f"map its folder by [paths] in idmxml.toml, or {self._section.way('File')}"
            raise self._section.wrong("File", "leads to a path of another machine", hint)
        return found


def _refusal(answer: Answer) -> StageFailure:
    """The failure for a status that is no success, with CyberArk's own code of it."""
    code = str((loose_object(answer) or {}).get("ErrorCode", ""))
    told = f" ({code})" if ERROR_CODE.fullmatch(code) else ""
    if answer.status == 404 and told:
        hint = "check the name of the account, and the safe in 'CyberArk > SafeName'"
        return StageFailure(
            Failure.NOT_FOUND, f"the safe has no such account that the application may see{told}", hint=hint, stage=Stage.SECRET
        )
    if answer.status == 401:
        message = f"{SERVICE} does not accept the application{told}"
        return StageFailure(Failure.LOGIN_REFUSED, message, hint=FROM_HERE, stage=Stage.SECRET)
    if answer.status == 403:
        message = f"{SERVICE} denies the application access{told}"
        return StageFailure(Failure.NO_RIGHT, message, hint=FROM_HERE, stage=Stage.SECRET)
    failure = unexpected(answer, SERVICE)
    return StageFailure(failure.failure, f"{failure.message}{told}", hint=failure.hint, stage=Stage.SECRET)
