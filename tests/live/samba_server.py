"""A domain controller of Samba with a few entries of its own.

Its ports are fixed, so it takes an address of loopback that nobody else listens at, for tests may run beside others.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates
from required_programs import program, unavailable
from server_processes import NotStartedError, answers, folder_for, run, running

LDAP, LDAPS = 389, 636
PASSWORD = "Adm1n-never-told!"  # noqa: S105  of a server that lives as long as the tests
REALM, DOMAIN, BASE = "CONTOSO.TEST", "CONTOSO", "DC=contoso,DC=test"
ATTEMPTS = 20


@dataclass(frozen=True)
class SambaServer:
    """``administrator`` may do all; ``reader`` may not read changes."""

    host: str
    administrator: str = "Administrator@contoso.test"
    reader: str = "reader@contoso.test"
    password: str = PASSWORD
    base: str = BASE


def samba_server(certificates: Certificates) -> Iterator[SambaServer]:
    samba, tool = program("samba"), program("samba-tool")
    if os.geteuid() != 0:
        unavailable("a domain controller of Samba needs the rights of root")
    host = _free_host()
    with folder_for(None, "samba") as folder:
        _provision(tool, folder, host)
        configuration = folder / "etc" / "smb.conf"
        _configure(configuration, folder, certificates, host)
        _fill(tool, configuration, host)
        command = (samba, "-F", "-s", configuration, "-M", "single", "--no-process-group")
        with running(command, lambda: answers(LDAPS, host) and answers(LDAP, host), folder / "samba.log"):
            yield SambaServer(host)


def _free_host() -> str:
    """An address of loopback whose ports for LDAP are free."""
    for number in range(ATTEMPTS):
        host = f"127.{os.getpid() % 250 + 1}.{number}.10"
        if not answers(LDAP, host) and not answers(LDAPS, host):
            return host
    raise NotStartedError("no address of loopback is free")


def _provision(tool: str, folder: Path, host: str) -> None:
    run(
        (
            tool,
            "domain",
            "provision",
            f"--targetdir={folder}",
            "--dns-backend=NONE",
            "--server-role=dc",
            f"--realm={REALM}",
            f"--domain={DOMAIN}",
            f"--adminpass={PASSWORD}",
            "--host-name=dc1",
            f"--host-ip={host}",
            f"--option=interfaces={host}/8",
            "--option=bind interfaces only=yes",
            "--option=server services=ldap, kdc",
        )
    )
    if not (folder / "etc" / "smb.conf").is_file():
        raise NotStartedError("samba-tool wrote no configuration")


def _configure(configuration: Path, folder: Path, certificates: Certificates, host: str) -> None:
    key, chain = certificates.of_host(host)
    lines = (
        f"log file = {folder}/log.%m",
        f"pid directory = {folder}",
        f"ncalrpc dir = {folder}/ncalrpc",
        "tls enabled = yes",
        "ldap server require strong auth = allow_sasl_over_tls",
        f"tls keyfile = {key}",
        f"tls certfile = {chain}",
        f"tls cafile = {certificates.trusted}",
    )
    text = configuration.read_text("utf-8")
    added = "".join(f"\t{each}\n" for each in lines)
    configuration.write_text(text.replace("[global]\n", f"[global]\n{added}", 1), "utf-8")


def _fill(tool: str, configuration: Path, host: str) -> None:
    end = ("-s", configuration)
    for name in ("reader", "mmartin"):
        run((tool, "user", "create", name, PASSWORD, *end))
    run((tool, "spn", "add", f"ldap/{host}", "DC1$", *end))
    run((tool, "group", "add", "Accounting", *end))
    run((tool, "group", "addmembers", "Accounting", "mmartin", *end))
