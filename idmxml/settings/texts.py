"""Judges the form of texts: addresses, paths of either system, regular expressions, and the formats the pages name."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

ENCODINGS = re.compile(
    r"(?:unicode|utf|us-ascii|ascii|ansi|cs|latin|l\d|windows|x-|iso|ibm|cp|dos|koi|koi8|gb|big5|cn-big5|euc|shift|sjis|ms_kanji|"
    r"hz-|ks|korean|johab|macintosh|asmo|ecma|greek|hebrew|arabic|cyrillic|chinese|din_|logical|visual|norwegian|german|"
    r"swedish|tis|ebcdic|ccsid|ucs|extended_unix|elot|sun_eu|unicodefffe)[\w.:\-()+]*",
    re.IGNORECASE,
)


PLACEHOLDER = re.compile(
    r"\s*<[^<>]+>\s*|(?:https?://|[A-Za-z]:[/\\]|[/\\]{1,2})(?:[^<]|(?<=\(\?)<)*(?<!\?)<[A-Za-z][^<>]*>.*", re.DOTALL
)


def is_placeholder(text: str) -> bool:
    """Whether a text is a placeholder of the documentation, such as ``<password>``, or an address or path with one in it."""
    return "<" in text and bool(PLACEHOLDER.fullmatch(text))


def is_whole_number(text: str) -> bool:
    """Whether a text is a whole number, signed or not, between blanks or not."""
    return bool(re.fullmatch(r"\s*[+-]?\d+(?:\.0+)?\s*", text))


def is_address(text: str, kind: str) -> bool:
    """Whether a text is an absolute address: of any scheme (``absolute``), of http or https (``http``), or of https alone."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    if kind == "absolute":
        return bool(parts.scheme) and bool(parts.netloc or parts.path)
    return parts.scheme in ({"https"} if kind == "https" else {"http", "https"}) and bool(parts.hostname)


def is_windows_path(text: str) -> bool:
    """Whether a path has the form of Windows: a drive or a share at its start, or a backslash."""
    return bool(PureWindowsPath(text).drive) or "\\" in text


def is_absolute_path(text: str) -> bool:
    """Whether a path is absolute by its own form, on whatever machine this runs."""
    if is_windows_path(text):
        return PureWindowsPath(text).is_absolute()
    return PurePosixPath(text).is_absolute()


def is_below(text: str, root: str) -> bool:
    """Whether an absolute path is ``root`` or lies below it, case included; steps like ``..`` are followed first."""
    return _steps(text)[: len(_steps(root))] == _steps(root)


def _steps(text: str) -> tuple[str, ...]:
    path = PureWindowsPath(text) if is_windows_path(text) else PurePosixPath(text)
    steps: list[str] = []
    for step in str(path).replace("\\", "/").split("/"):
        if step == ".." and len(steps) > 1:
            steps.pop()
        elif step not in {"", ".", ".."} or not steps:
            steps.append(step)
    return tuple(steps)


def regex_fault(pattern: str) -> str | None:
    """Why .NET surely refuses the regular expression of a path; None when it does not, or when only .NET can tell."""
    from idmxml.settings.regular_expressions import certain_fault

    fault = certain_fault(pattern)
    if fault is None:
        return None
    doubled = "; a backslash of a path has to be doubled again" if "means nothing" in fault.message else ""
    return fault.message + doubled


def _balanced(text: str) -> bool:
    depth = 0
    for part in re.findall(r"\\.{2}|[()]", text):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if depth < 0:
            return False
    return depth == 0


def _is_connection_string(text: str) -> bool:
    bare = re.sub(r"\"[^\"]*\"|'[^']*'|\{[^}]*\}", "", text)
    return all("=" in part for part in bare.split(";") if part.strip())


def _is_guid(text: str) -> bool:
    """A GUID in any form .NET reads, or the domain name that stands for a tenant."""
    digits = re.sub(r"[-{}()]", "", text.strip())
    return "." in text or bool(re.fullmatch(r"[0-9A-Fa-f]{32}", digits))


FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "guid": (_is_guid, "a GUID"),
    "email": (lambda text: bool(re.fullmatch(r"\s*[^@\s]+@[^@\s]+\s*", text)), "an e-mail address"),
    "ldap-filter": (_balanced, "an LDAP filter with as many closing as opening parentheses"),
    "dotnet-encoding": (lambda text: bool(ENCODINGS.fullmatch(text.strip())), "the name of a .NET encoding, such as utf-8"),
    "sid": (lambda text: bool(re.fullmatch(r"\s*[Ss]-1(?:-\d+)+\s*", text)), "a security identifier, such as S-1-5-18"),
    "connection-string": (_is_connection_string, "a connection string: pairs of key and value with semicolons between them"),
    "file-name": (lambda text: not re.search(r"[/\\]", text), "a file name without folder"),
    "csv-urls": (lambda text: text.count("\u00a4") == 2, "three parts with the character ¤ between them"),
}
