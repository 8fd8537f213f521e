"""The drivers of directories against OpenLDAP and the domain controller of Samba."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import Certificates
from directory_faults import faults_of_networks
from faulty_proxy import FaultyProxy
from samba_server import LDAPS, SambaServer
from server_processes import HOST
from slapd_server import SlapdServer

from idmxml.drivers.active_directory_driver import ActiveDirectoryDriver
from idmxml.drivers.driver import ALL, Column, Driver, Settings, Table, Wanted
from idmxml.drivers.ldap_driver import LdapDriver
from idmxml.drivers.openldap_driver import OpenLdapDriver
from idmxml.settings.secret import Secret
from idmxml.snapshots.snapshot import KeyKind, ValueType
from idmxml.stages import Failure, Mode, Stage, StageResult, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
BOTH = frozenset(Mode)
NEVER_TOLD = "Zoë-never-told"


def results(driver: Driver, settings: Settings) -> list[StageResult]:
    """What a check in the complete mode yields."""
    return DriverCase("", driver, settings).results(settings, Mode.COMPLETE)


def in_time(settings: Settings, seconds: float = 20.0) -> Settings:
    return replace(settings, deadline=time.monotonic() + seconds)


def of_samba(samba: SambaServer, server: str = "", base: str = "", **values: object) -> Settings:
    given: dict[str, object] = {
        "Servers": [{"Server": server or samba.host, "BaseDN": base or samba.base}],
        "EnableSSL": True,
        "AuthType": "Basic",
        "Login": samba.administrator,
        "Password": Secret(samba.password),
        "Filter": "(|(objectClass=user)(objectClass=group))",
        "ConnectionTimeout": 1,
        "RequestTimeout": "5",
    }
    return Settings("ADExport", "Usercube.AD@0000001", {**given, **values})


def samba_case(samba: SambaServer, certificates: Certificates, stack: ExitStack) -> DriverCase:
    def failing(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        return FailingCase(name, of_samba(samba, **values), failure, setting, BOTH)  # type: ignore[arg-type]

    def mode_failing(name: str, failure: Failure, setting: str, **values: object) -> FailingCase:
        given = of_samba(samba, **values)  # type: ignore[arg-type]
        return FailingCase(name, given, failure, setting, frozenset({Mode.INCREMENTAL}), stops_discovery=False)

    at = "Servers[0].Server"
    nobody = f"CN=Nobody,{samba.base}"
    return DriverCase(
        "samba",
        ActiveDirectoryDriver(),
        of_samba(samba),
        modes=BOTH,
        secrets=(samba.password,),
        failing=(
            *faults_of_networks(lambda address: of_samba(samba, address), at, (samba.host, LDAPS), certificates, stack),
            failing("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong")),
            failing("not encrypted", Failure.LOGIN_REFUSED, "EnableSSL", EnableSSL="false"),
            failing("no filter", Failure.SETTING_WRONG, "Filter", Filter="(&(a=b)"),
            failing("no name", Failure.SETTING_WRONG, "Servers[0].BaseDN", base="contoso"),
            failing("no way to log in", Failure.SETTING_WRONG, "AuthType", AuthType="Digest"),
            failing("no password", Failure.SETTING_MISSING, "Password", Password=""),
            replace(failing("no base", Failure.NOT_FOUND, "Servers[0].BaseDN", base=nobody), stops_discovery=False),
            replace(failing("anonymous", Failure.NO_RIGHT, "Servers[0].BaseDN", AuthType="Anonymous"), stops_discovery=False),
            mode_failing("no right to changes", Failure.NO_RIGHT, "Login", Login=samba.reader),
            mode_failing("not a partition", Failure.MODE_FAILED, "Servers[0].BaseDN", base=f"CN=Users,{samba.base}"),
        ),
    )


def of_slapd(slapd: SlapdServer, address: str = "", **values: object) -> Settings:
    given: dict[str, object] = {
        "Server": address or f"localhost:{slapd.tls_port}",
        "DistinguishedName": slapd.base,
        "Login": slapd.administrator,
        "Password": Secret(slapd.password),
        "SSL": "true",
        "Filter": "(objectClass=*)",
        "Scope": "SubTree",
        "TimeFormat": 1,
    }
    return Settings("OL", "Usercube.OpenLDAP@0000001", {**given, **values})


def openldap_case(slapd: SlapdServer, certificates: Certificates, stack: ExitStack) -> DriverCase:
    def failing(name: str, failure: Failure, setting: str, *, stops: bool = True, **values: object) -> FailingCase:
        return FailingCase(name, of_slapd(slapd, **values), failure, setting, BOTH, stops_discovery=stops)  # type: ignore[arg-type]

    without = of_slapd(slapd, DistinguishedName=slapd.without_changes)
    no_changes = FailingCase(
        "no syncprov", without, Failure.MODE_FAILED, "Server", frozenset({Mode.INCREMENTAL}), stops_discovery=False
    )
    return DriverCase(
        "openldap",
        OpenLdapDriver(),
        of_slapd(slapd),
        modes=BOTH,
        secrets=(slapd.password, NEVER_TOLD),
        failing=(
            *faults_of_networks(
                lambda address: of_slapd(slapd, address), "Server", (HOST, slapd.tls_port), certificates, stack
            ),
            failing("wrong password", Failure.LOGIN_REFUSED, "Login", Password=Secret("wrong")),
            failing("no filter", Failure.SETTING_WRONG, "Filter", Filter="objectClass=*)("),
            failing("no scope", Failure.SETTING_WRONG, "Scope", Scope="Deep"),
            failing("no base", Failure.NOT_FOUND, "DistinguishedName", stops=False, DistinguishedName=f"ou=x,{slapd.base}"),
            failing(
                "hidden",
                Failure.NOT_FOUND,
                "DistinguishedName",
                stops=False,
                DistinguishedName=slapd.hidden,
                Login=slapd.reader,
            ),
            no_changes,
        ),
    )


def of_ldap(slapd: SlapdServer, address: str = "", *, tables: object = None, **values: object) -> Settings:
    server: dict[str, object] = {
        "Server": address or f"localhost:{slapd.tls_port}",
        "AuthType": "Basic",
        "EnableSSL": True,
        "Login": slapd.administrator,
        "Password": Secret(slapd.password),
        "Controls": ["PagedResult"],
    }
    listed = [
        {"Table": "entries", "BaseDN": slapd.base, "Filter": "(objectClass=*)", "Scope": "Subtree"},
        {"Table": "member", "BaseDN": slapd.base, "Filter": "(member=*)"},
    ]
    given = {"Servers": [{**server, **values}], "Tables": listed if tables is None else tables, "TimeOut": 1}
    return Settings("LD", "Usercube.LDAP@0000001", given)


def ldap_case(slapd: SlapdServer, certificates: Certificates, stack: ExitStack) -> DriverCase:
    def failing(name: str, failure: Failure, setting: str, *, stops: bool = True, **values: object) -> FailingCase:
        return FailingCase(name, of_ldap(slapd, **values), failure, setting, stops_discovery=stops)  # type: ignore[arg-type]

    def with_table(**values: str) -> list[dict[str, str]]:
        return [{"Table": "entries", "BaseDN": slapd.base, "Filter": "(cn=*)", **values}]

    return DriverCase(
        "ldap",
        LdapDriver(),
        of_ldap(slapd),
        secrets=(slapd.password, NEVER_TOLD),
        failing=(
            *faults_of_networks(
                lambda address: of_ldap(slapd, address), "Servers[0].Server", (HOST, slapd.tls_port), certificates, stack
            ),
            failing("wrong password", Failure.LOGIN_REFUSED, "Servers[0].Login", Password=Secret("wrong")),
            failing("unknown control", Failure.SETTING_WRONG, "Servers[0].Controls", Controls=["Sorted"]),
            failing("no entries", Failure.SETTING_WRONG, "Tables", tables=[*with_table(Table="member")]),
            failing("no tables", Failure.SETTING_MISSING, "Tables", tables=[]),
            failing("no filter", Failure.SETTING_WRONG, "Tables[0].Filter", tables=with_table(Filter="(cn=*")),
            failing("no base", Failure.NOT_FOUND, "Tables[0].BaseDN", stops=False, tables=with_table(BaseDN="dc=elsewhere")),
        ),
    )


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_active_directory_keeps_the_contract(
    samba: SambaServer, certificates: Certificates, stack: ExitStack, requirement: Callable[[DriverCase], None]
) -> None:
    requirement(samba_case(samba, certificates, stack))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_openldap_keeps_the_contract(
    slapd: SlapdServer, certificates: Certificates, stack: ExitStack, requirement: Callable[[DriverCase], None]
) -> None:
    requirement(openldap_case(slapd, certificates, stack))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_ldap_keeps_the_contract(
    slapd: SlapdServer, certificates: Certificates, stack: ExitStack, requirement: Callable[[DriverCase], None]
) -> None:
    requirement(ldap_case(slapd, certificates, stack))


def test_tables_of_active_directory_are_those_of_its_schema(samba: SambaServer) -> None:
    tables = {each.identifier: each for each in ActiveDirectoryDriver().discover(of_samba(samba), ALL)}
    entries = tables["ADExport_entries"].by_name
    dn = "ADExport_entries:dn"
    assert entries["dn"] == Column("dn", key=KeyKind.UNIQUE)
    assert entries["parentdn"] == Column("parentdn", foreign_column=dn)
    assert entries["objectGUID"] == Column("objectGUID", ValueType.GUID, key=KeyKind.PRIMARY, group="top")
    assert entries["sAMAccountName"] == Column("sAMAccountName", length=256, key=KeyKind.UNIQUE, group="securityPrincipal")
    assert entries["userAccountControl"] == Column("userAccountControl", ValueType.INT32, group="user")
    assert entries["pwdLastSet"] == Column("pwdLastSet", ValueType.INT64, group="user")
    assert entries["whenCreated"] == Column("whenCreated", ValueType.DATE_TIME, group="top")
    assert entries["memberOf"] == Column("memberOf", is_multivalued=True, foreign_column=dn, group="top")
    assert len(entries) > 1400
    assert tables["ADExport_member"] == Table(
        "ADExport_member", (Column("dn", foreign_column=dn), Column("member", foreign_column=dn))
    )
    assert "ADExport_memberOf" not in tables


def test_columns_of_openldap_are_those_of_its_schema(slapd: SlapdServer) -> None:
    wanted = Wanted(columns={"OL_entry": frozenset({"surname", "cn;lang-fr", "nonsense"})})
    tables = {each.identifier: each for each in OpenLdapDriver().discover(of_slapd(slapd), wanted)}
    entry = tables["OL_entry"].by_name
    assert entry["entryUUID"] == Column("entryUUID", ValueType.GUID, key=KeyKind.PRIMARY)
    assert entry["dn"].key is KeyKind.UNIQUE
    assert entry["surname"] == replace(entry["sn"], identifier="surname")
    assert entry["cn;lang-fr"] == replace(entry["cn"], identifier="cn;lang-fr")
    assert entry["jpegPhoto"] == Column("jpegPhoto", ValueType.BINARY, is_multivalued=True, group="inetOrgPerson")
    assert "nonsense" not in entry
    assert [each.identifier for each in tables["OL_member"].columns] == ["entryUUID", "dn", "member"]


def test_tables_of_ldap_are_those_that_are_listed(slapd: SlapdServer) -> None:
    tables = LdapDriver().discover(of_ldap(slapd), ALL)
    assert [each.identifier for each in tables] == ["LD_entries", "LD_member"]
    assert [each.identifier for each in tables[1].columns] == ["dn", "member"]
    assert tables[1].by_name["member"].foreign_column == "LD_entries:dn"


def test_an_unknown_link_attribute_is_told_with_the_nearest(slapd: SlapdServer) -> None:
    listed = [{"Table": each, "BaseDN": slapd.base, "Filter": "(cn=*)"} for each in ("entries", "membr")]
    result = ordered(Mode.COMPLETE, LdapDriver().check(of_ldap(slapd, tables=listed), Mode.COMPLETE))
    assert "the schema has no attribute 'membr', which a table is named after; did you mean 'member'?" in (
        warning for stage in result.stages for warning in stage.warnings
    )


@pytest.mark.parametrize(("address", "warns"), [("ldap://{}:389", False), ("{}:389", True)])
def test_start_tls(samba: SambaServer, address: str, *, warns: bool) -> None:
    result = ordered(Mode.COMPLETE, ActiveDirectoryDriver().check(of_samba(samba, address.format(samba.host)), Mode.COMPLETE))
    tls = next(each for each in result.stages if each.stage is Stage.TLS)
    assert result.status == "passed"
    assert tls.detail == "certificate verified, by StartTLS"
    assert bool(tls.warnings) is warns


def test_passwords_that_go_unencrypted_are_told(slapd: SlapdServer) -> None:
    given = of_slapd(slapd, f"localhost:{slapd.port}", SSL="false")
    result = ordered(Mode.COMPLETE, OpenLdapDriver().check(given, Mode.COMPLETE))
    login = next(each for each in result.stages if each.stage is Stage.LOGIN)
    assert result.status == "passed"
    assert login.warnings == ("the password went over the network unencrypted",)


def test_a_request_that_timed_out_is_sent_again_after_the_delay(samba: SambaServer) -> None:
    for delay, reason in ((10, None), (0, Failure.TIMEOUT)):
        with FaultyProxy((samba.host, LDAPS), "stall", cut_after=20_000, failures=2) as proxy:
            given = of_samba(samba, f"localhost:{proxy.port}", RequestTimeout=3, RetryDelay=delay)
            result = ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), given))
        assert (result.failure.reason if result.failure else None) is reason


def test_a_slow_server_is_waited_for_until_its_time_is_over(samba: SambaServer) -> None:
    with FaultyProxy((samba.host, LDAPS), "slow", delay=0.05) as proxy:
        assert (
            ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), of_samba(samba, f"localhost:{proxy.port}"))).failure is None
        )
        late = ordered(
            Mode.COMPLETE, results(ActiveDirectoryDriver(), in_time(of_samba(samba, f"localhost:{proxy.port}"), 0.3))
        )
    assert late.failure is not None
    assert late.failure.reason is Failure.TIMEOUT


def test_several_servers_are_looked_at_one_after_the_other(samba: SambaServer) -> None:
    pairs = [{"Server": samba.host, "BaseDN": each} for each in (samba.base, f"CN=Configuration,{samba.base}")]
    given = replace(of_samba(samba), values={**of_samba(samba).values, "Servers": pairs, "Filter": "(objectClass=*)"})
    for mode in Mode:
        result = ordered(mode, ActiveDirectoryDriver().check(given, mode))
        assert result.status == "passed", result.failure
    broken = [pairs[0], {"Server": f"{samba.host}:1", "BaseDN": samba.base}]
    half = replace(given, values={**given.values, "Servers": broken})
    failure = ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), half)).failure
    assert failure is not None
    assert failure.setting == "Servers[1].Server"


def test_a_directory_that_is_no_active_directory_is_told(slapd: SlapdServer) -> None:
    given = {
        "Servers": [{"Server": f"localhost:{slapd.tls_port}", "BaseDN": slapd.base}],
        "EnableSSL": True,
        "AuthType": "Basic",
        "Login": slapd.administrator,
        "Password": slapd.password,
        "Filter": "(cn=*)",
    }
    settings = Settings("AD", "Usercube.AD@0000001", given)
    failure = ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), settings)).failure
    assert failure is not None
    assert failure.reason is Failure.SCHEMA_FAILED


KERBEROS = """[libdefaults]
 default_realm = CONTOSO.TEST
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 CONTOSO.TEST = {{
  kdc = {host}
 }}
[domain_realm]
 {host} = CONTOSO.TEST
"""


def test_login_by_kerberos(samba: SambaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gssapi = pytest.importorskip("gssapi")
    configuration, tickets = tmp_path / "krb5.conf", f"FILE:{tmp_path}/tickets"
    configuration.write_text(KERBEROS.format(host=samba.host), "utf-8")
    monkeypatch.setenv("KRB5_CONFIG", str(configuration))
    monkeypatch.setenv("KRB5CCNAME", tickets)
    negotiating = of_samba(samba, AuthType="Negotiate")
    without = ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), negotiating)).failure
    assert without is not None
    assert (without.stage, without.reason) == (Stage.LOGIN, Failure.LOGIN_REFUSED)
    name = gssapi.Name("Administrator@CONTOSO.TEST", gssapi.NameType.user)
    found = gssapi.raw.acquire_cred_with_password(name, samba.password.encode(), usage="initiate")
    gssapi.raw.store_cred_into({b"ccache": tickets.encode()}, found.creds, usage="initiate", overwrite=True)
    for is_encrypted, words in ((True, "by Kerberos"), (False, "by Kerberos, with StartTLS in place of the agent's signing")):
        given = of_samba(samba, AuthType="Negotiate", EnableSSL=is_encrypted)
        result = ordered(Mode.COMPLETE, results(ActiveDirectoryDriver(), given))
        assert result.status == "passed", result.failure
        login = next(each for each in result.stages if each.stage is Stage.LOGIN)
        assert login.detail == words
        assert login.warnings == ("it was the account of this command, not that of the agent",)
