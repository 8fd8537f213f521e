"""Names of encodings as .NET knows them to those of Python, and the encoding that bytes look like."""

import codecs
import re
from typing import Final

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER_NAMES: Final = {
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "ucs-2": "utf-16-le",
    "iso-10646-ucs-2": "utf-16-le",
    "unicodefffe": "utf-16-be",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32-le",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-2-0-utf-8": "utf-8",
    "x-unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi8-ru": "koi8-u",
    "x-euc-cn": "gb2312",
    "x-euc-jp": "euc-jp",
    "x-cp20936": "gb2312",
    "x-cp20949": "euc-kr",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "cswindows31j": "cp932",
    "csgb2312": "gbk",
    "cseuckr": "cp949",
    "csksc56011987": "cp949",
    "x-x-big5": "cp950",
    "x-mac-arabic": "mac-arabic",
    "x-mac-ce": "mac-latin2",
    "x-mac-croatian": "mac-croatian",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-greek": "mac-greek",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-romanian": "mac-romanian",
    "x-mac-turkish": "mac-turkish",
    "macintosh": "mac-roman",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "dos-862": "cp862",
    "dos-720": "cp720",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gbk",
    "big5": "cp950",
}
NUMBERED: Final = re.compile(r"(?:ibm|cp|ccsid|windows-|dos-)0*(\d+)")
"""Names that tell a code page by its number."""
SUGGESTED: Final = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}


def codec_named(name: str) -> str | None:
    """The codec of Python for a .NET encoding, as a name that ``open`` takes; None when there is none."""
    word = name.strip().casefold()
    number = NUMBERED.fullmatch(word)
    for each in (OTHER_NAMES.get(word), word, f"cp{number[1]}" if number else None):
        try:
            codec = codecs.lookup(each) if each else None
        except (LookupError, ValueError):
            continue
        if codec is not None and codec._is_text_encoding:  # noqa: SLF001  what open asks, too
            return codec.name
    return None


def marked_codec(start: bytes) -> str | None:
    """The codec that a byte order mark at the start tells, which counts before any setting; None without one."""
    return next((name for mark, name in MARKS if start.startswith(mark)), None)


def likely_name(start: bytes) -> str:
    """The encoding that bytes look like, by a name to write into a setting."""
    marked = marked_codec(start)
    if marked is not None:
        return SUGGESTED[marked]
    if start[1::2].count(0) > len(start) // 4:
        return "UTF-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "Windows-1252"
    return "UTF-8"
