"""Tokens of Microsoft Entra ID for Azure Key Vault, by the logins that Microsoft's own clients look for.

The login is what ``AzureKeyVault > ConnectionString`` says, in the form of ``Microsoft.Azure.Services.AppAuthentication``.
Without one that can be used here, the first of these that is there: the application that ``AZURE_TENANT_ID`` and
``AZURE_CLIENT_ID`` name, with ``AZURE_CLIENT_SECRET``, ``AZURE_CLIENT_CERTIFICATE_PATH`` or ``AZURE_FEDERATED_TOKEN_FILE``
(a workload identity); a managed identity; the Azure CLI. Variables are named as the library azure-identity names them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from idmxml.drivers.http_answers import Answer, loose_object
from idmxml.drivers.http_login import is_token
from idmxml.drivers.microsoft_login import AUTHORITY, TOKEN_PATH
from idmxml.live.vaults.addresses import host_of, read_address
from idmxml.live.vaults.azure_certificate import signed_assertion
from idmxml.live.vaults.azure_cli import cli_token
from idmxml.live.vaults.gathered import Gathered
from idmxml.live.vaults.vault_http import Question, VaultHttp, json_object, unexpected
from idmxml.settings.connection_strings import ConnectionString
from idmxml.stages import Failure, Stage, StageFailure

EXTRA: Final = "azure-key-vault"
PROOFS: Final = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE")
AUTHORITY_SERVICE: Final = "Microsoft Entra ID"
IDENTITY_SERVICE: Final = "the managed identity"
METADATA_SERVICE: Final = "http://169.254.169.254"
"""Where Azure tells a machine of itself."""
METADATA_SECONDS: Final = 1.0
"""Seconds for the metadata service of a machine in Azure, which answers at once; elsewhere nothing is at its address."""
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TENANT: Final = re.compile(r"[A-Za-z0-9.-]+")
ERROR_CODE: Final = re.compile(r"AADSTS\d{4,10}")
NO_LOGIN_HINT: Final = "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or log in with 'az login'"


@dataclass(frozen=True, slots=True)
class Client:
    """An application of Entra ID, and the secret or the assertion by which it proves to be it."""

    tenant: str
    identifier: str
    proof: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AzureLogin:
    """A login for ``resource``.

    ``connection_string`` is that of the settings, ``variables`` are environment variables; what in them or in files is secret
    goes to ``gathered``.
    """

    resource: str
    connection_string: ConnectionString | None
    variables: Mapping[str, str] = field(repr=False)
    gathered: Gathered

    def token(self, http: VaultHttp) -> str:
        """The token; StageFailure when no login is there, or it is refused."""
        for way in self._ways():
            found = way(http)
            if found is not None:
                return found
        why = "no login to Azure is there"
        if self._agent_only:
            why = f"'AzureKeyVault > ConnectionString' logs in {self._agent_only}, and no other login to Azure is there"
        message = f"Azure Key Vault can't be asked: {why}"
        raise StageFailure(Failure.SECRET_MISSING, message, hint=NO_LOGIN_HINT, stage=Stage.SECRET)

    def _ways(self) -> Iterator[Callable[[VaultHttp], str | None]]:
        given = self.connection_string
        if given is not None and given.text("RunAs", "AppId", "AppKey") and not self._agent_only:
            yield self._by_connection_string(given)
            return
        client = self._client()
        if client is not None:
            yield partial(self._by_client, client)
        yield partial(self._by_identity, self.variables.get("AZURE_CLIENT_ID", ""))
        yield partial(cli_token, self.resource, self.variables)

    @property
    def _agent_only(self) -> str:
        """How the connection string logs in with what only the machine of the agent has; empty when it does not."""
        given = self.connection_string
        if given is None:
            return ""
        if given.text("CertificateThumbprint", "CertificateSubjectName", "KeyVaultCertificateSecretIdentifier"):
            return "by a certificate that only the agent has"
        if given.text("RunAs").casefold() == "currentuser" or given.text("DeveloperTool").casefold() == "visualstudio":
            return "by an account that is signed in at the agent"
        return ""

    def _by_connection_string(self, given: ConnectionString) -> Callable[[VaultHttp], str | None]:
        if given.text("RunAs", default="App").casefold() == "developer":
            return partial(cli_token, self.resource, self.variables)
        if given.text("AppKey"):
            proof = {"client_secret": given.text("AppKey")}
            return partial(self._by_client, Client(given.text("TenantId"), given.text("AppId"), proof))
        return partial(self._by_identity, given.text("AppId"))

    def _client(self) -> Client | None:
        """The application that environment variables name, with what proves that we are it; None when they do not."""
        tenant, identifier = self.variables.get("AZURE_TENANT_ID", ""), self.variables.get("AZURE_CLIENT_ID", "")
        if not tenant or not identifier:
            return None
        secret, certificate, file = (self.variables.get(name) for name in PROOFS)
        if secret:
            return Client(tenant, identifier, {"client_secret": self.gathered.add(secret)})
        if certificate:
            password = self.gathered.add(self.variables.get("AZURE_CLIENT_CERTIFICATE_PASSWORD", ""))
            signed = signed_assertion(certificate, password, identifier, self._address(tenant), EXTRA)
            return self._asserting(tenant, identifier, signed)
        return self._asserting(tenant, identifier, _assertion(file)) if file else None

    def _asserting(self, tenant: str, identifier: str, assertion: str) -> Client:
        proof = {"client_assertion_type": ASSERTION, "client_assertion": self.gathered.add(assertion)}
        return Client(tenant, identifier, proof)

    def _by_client(self, client: Client, http: VaultHttp) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": client.identifier,
            "scope": f"{self.resource}/.default",
            **client.proof,
        }
        url = self._address(client.tenant)
        answer = http.answer(Question(AUTHORITY_SERVICE, url, {"Accept": "application/json"}, form))
        if not answer.is_success:
            raise _refusal(answer)
        return _token_of(answer, AUTHORITY_SERVICE)

    def _address(self, tenant: str) -> str:
        """Where tokens are given; the host is another one for national clouds."""
        if not TENANT.fullmatch(tenant):
            message = "the login to Azure names no tenant by its identifier or domain"
            raise StageFailure(Failure.LOGIN_REFUSED, message, hint="check TenantId or AZURE_TENANT_ID", stage=Stage.SECRET)
        text = self.variables.get("AZURE_AUTHORITY_HOST", "").strip() or AUTHORITY
        parts = read_address(text)
        if parts is None:
            message = "AZURE_AUTHORITY_HOST is not an address that begins with https"
            hint = "write it as https://login.microsoftonline.com"
            raise StageFailure(Failure.SETTING_WRONG, message, hint=hint, stage=Stage.SECRET)
        return f"https://{host_of(parts)}/{tenant}{TOKEN_PATH}"

    def _by_identity(self, client: str, http: VaultHttp) -> str | None:
        """By the identity that Azure gives to the machine or the application that this runs on; None when it gives none."""
        wanted = {"resource": self.resource, **({"client_id": client} if client else {})}
        endpoint, header = self.variables.get("IDENTITY_ENDPOINT"), self.variables.get("IDENTITY_HEADER")
        if endpoint and header:
            query = urlencode({"api-version": "2019-08-01", **wanted})
            headers = {"X-IDENTITY-HEADER": self.gathered.add(header)}
            answer = http.answer(Question(IDENTITY_SERVICE, f"{endpoint}?{query}", headers))
            if not answer.is_success:
                raise _refusal(answer, IDENTITY_SERVICE)
            return _token_of(answer, IDENTITY_SERVICE)
        host = (self.variables.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or METADATA_SERVICE).rstrip("/")
        query = urlencode({"api-version": "2018-02-01", **wanted})
        url = f"{host}/metadata/identity/oauth2/token?{query}"
        try:
            answer = http.answer(Question(IDENTITY_SERVICE, url, {"Metadata": "true"}, seconds=METADATA_SECONDS))
        except StageFailure as failure:
            if failure.failure in {Failure.DEPENDENCY_MISSING, Failure.SETTING_WRONG}:
                raise
            return None  # no machine of Azure
        found = loose_object(answer) or {}
        return _token_of(answer, IDENTITY_SERVICE) if answer.is_success and "access_token" in found else None


def _assertion(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        message = "the file that AZURE_FEDERATED_TOKEN_FILE names can't be read"
        raise StageFailure(Failure.FILE_MISSING, message, hint="correct the variable", stage=Stage.SECRET) from None


def _token_of(answer: Answer, service: str) -> str:
    token = json_object(answer, service).get("access_token")
    if not isinstance(token, str) or not token or not is_token(token):
        raise StageFailure(Failure.MALFORMED_ANSWER, f"{service} answers without a token", stage=Stage.SECRET)
    return token


def _refusal(answer: Answer, service: str = AUTHORITY_SERVICE) -> StageFailure:
    if answer.status not in {400, 401, 403}:
        return unexpected(answer, service)
    told = ERROR_CODE.search(str((loose_object(answer) or {}).get("error_description", "")))
    message = f"{service} refuses the login for Azure Key Vault{f' ({told[0]})' if told else ''}"
    hint = "check tenant, client and secret of the application, and that the secret has not expired"
    return StageFailure(Failure.LOGIN_REFUSED, message, hint=hint, stage=Stage.SECRET)
