"""A domain controller of Samba with a few entries of its own, on the ports that Samba has fixed."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates
from server_processes import HOST, NotStartedError, answers, folder_for, program, run, running, unavailable

LDAP, LDAPS = 389, 636
PASSWORD = "Adm1n-never-told!"  # noqa: S105  of a server that lives as long as the tests
REALM, DOMAIN, BASE = "CONTOSO.TEST", "CONTOSO", "DC=contoso,DC=test"
SETTLING = 15.0


@dataclass(frozen=True)
class SambaServer:
    """``administrator`` may do all; ``reader`` may not read changes."""

    administrator: str = "Administrator@contoso.test"
    reader: str = "reader@contoso.test"
    password: str = PASSWORD
    base: str = BASE


def samba_server(certificates: Certificates) -> Iterator[SambaServer]:
    samba, tool = program("samba"), program("samba-tool")
    if os.geteuid() != 0:
        unavailable("a domain controller of Samba needs the rights of root")
    _wait_for_ports()
    with folder_for(None, "samba") as folder:
        _provision(tool, folder)
        configuration = folder / "etc" / "smb.conf"
        _configure(configuration, folder, certificates)
        _fill(tool, configuration)
        command = (samba, "-F", "-s", configuration, "-M", "single", "--no-process-group")
        with running(command, lambda: answers(LDAPS) and answers(LDAP), folder / "samba.log"):
            yield SambaServer()


def _wait_for_ports() -> None:
    until = time.monotonic() + SETTLING
    while answers(LDAP) or answers(LDAPS):
        if time.monotonic() > until:
            unavailable(f"another program listens at port {LDAP} or {LDAPS} of {HOST}")
        time.sleep(0.5)


def _provision(tool: str, folder: Path) -> None:
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
            f"--host-ip={HOST}",
            "--option=interfaces=lo",
            "--option=bind interfaces only=yes",
        )
    )
    if not (folder / "etc" / "smb.conf").is_file():
        raise NotStartedError("samba-tool wrote no configuration")


def _configure(configuration: Path, folder: Path, certificates: Certificates) -> None:
    key, chain = certificates.key_and_chain
    lines = (
        f"log file = {folder}/log.%m",
        f"pid directory = {folder}",
        f"ncalrpc dir = {folder}/ncalrpc",
        "server services = ldap",
        "tls enabled = yes",
        f"tls keyfile = {key}",
        f"tls certfile = {chain}",
        f"tls cafile = {certificates.trusted}",
    )
    text = configuration.read_text("utf-8")
    added = "".join(f"\t{each}\n" for each in lines)
    configuration.write_text(text.replace("[global]\n", f"[global]\n{added}", 1), "utf-8")


def _fill(tool: str, configuration: Path) -> None:
    end = ("-s", configuration)
    for name in ("reader", "mmartin"):
        run((tool, "user", "create", name, PASSWORD, *end))
    run((tool, "group", "add", "Accounting", *end))
    run((tool, "group", "addmembers", "Accounting", "mmartin", *end))
