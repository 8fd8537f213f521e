"""An OpenLDAP server with two databases of a few entries: one that gives changes by syncrepl, and one that does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates
from required_programs import program
from server_processes import HOST, answers, folder_for, free_port, run, running

PASSWORD = "s3cret-never-told"  # noqa: S105  of a server that lives as long as the tests
SUFFIX, PLAIN_SUFFIX = "dc=contoso,dc=test", "o=archive"
SCHEMAS = ("core", "cosine", "inetorgperson")
ENTRIES = f"""\
dn: {SUFFIX}
objectClass: domain
dc: contoso

dn: ou=people,{SUFFIX}
objectClass: organizationalUnit
ou: people

dn: uid=mmartin,ou=people,{SUFFIX}
objectClass: inetOrgPerson
uid: mmartin
cn: Zoë-never-told
sn: Martin

dn: uid=reader,ou=people,{SUFFIX}
objectClass: inetOrgPerson
uid: reader
cn: Reader
sn: Reader
userPassword: {PASSWORD}

dn: cn=accounting,{SUFFIX}
objectClass: groupOfNames
cn: accounting
member: uid=mmartin,ou=people,{SUFFIX}

"""
PLAIN_ENTRIES = f"""\
dn: {PLAIN_SUFFIX}
objectClass: organization
o: archive

"""


@dataclass(frozen=True)
class SlapdServer:
    """``administrator`` may do all, ``reader`` sees nothing below ``hidden``."""

    port: int
    tls_port: int
    administrator: str = f"cn=admin,{SUFFIX}"
    reader: str = f"uid=reader,ou=people,{SUFFIX}"
    password: str = PASSWORD
    base: str = SUFFIX
    hidden: str = f"cn=accounting,{SUFFIX}"
    without_changes: str = PLAIN_SUFFIX


def slapd_server(certificates: Certificates) -> Iterator[SlapdServer]:
    slapd, slapadd = program("slapd"), program("slapadd", "/usr/sbin")
    with folder_for(None, "slapd") as folder:
        configuration = folder / "slapd.conf"
        configuration.write_text(_configuration(folder, certificates), "utf-8")
        for name in ("main", "plain"):
            (folder / name).mkdir()
        run((slapadd, "-f", configuration, "-b", SUFFIX), text=ENTRIES)
        run((slapadd, "-f", configuration, "-b", PLAIN_SUFFIX), text=PLAIN_ENTRIES)
        server = SlapdServer(free_port(), free_port())
        places = f"ldap://{HOST}:{server.port} ldaps://{HOST}:{server.tls_port}"
        command = (slapd, "-f", configuration, "-h", places, "-d", "0")
        with running(command, lambda: answers(server.port) and answers(server.tls_port), folder / "log"):
            yield server


def _configuration(folder: Path, certificates: Certificates) -> str:
    key, chain = certificates.key_and_chain
    schemas = next(each for each in (Path("/etc/ldap/schema"), Path("/etc/openldap/schema")) if each.is_dir())
    modules = Path("/usr/lib/ldap")
    loading = f"modulepath {modules}\nmoduleload back_mdb\nmoduleload syncprov\n" if modules.is_dir() else ""
    included = "".join(f"include {schemas}/{each}.schema\n" for each in SCHEMAS)
    return f"""\
{included}{loading}pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {certificates.trusted}
TLSCertificateFile {chain}
TLSCertificateKeyFile {key}

database mdb
suffix {SUFFIX}
rootdn cn=admin,{SUFFIX}
rootpw {PASSWORD}
directory {folder}/main
index entryUUID,entryCSN eq
access to dn.subtree=cn=accounting,{SUFFIX} by * none
access to attrs=userPassword by * auth
access to * by * read
overlay syncprov

database mdb
suffix {PLAIN_SUFFIX}
rootdn cn=admin,{PLAIN_SUFFIX}
rootpw {PASSWORD}
directory {folder}/plain
access to * by * read
"""
