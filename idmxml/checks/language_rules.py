"""Languages of a configuration: their codes and numbers, and the texts given in each."""

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from idmxml.checks.declared_before import declared_before, declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import LANGUAGES, Context
from idmxml.model.projection import RowView
from idmxml.phrases import counted, some_of
from idmxml.source.entry import Entry
from idmxml.source.repository import MANIFEST, is_of_compiled

CODE: Final = re.compile(r"[a-z]{2}-[A-Z]{2}")
NEARLY_CODE: Final = re.compile(r"\s*([A-Za-z]{2})[-_ ]?([A-Za-z]{2})\s*")
TEXT: Final = re.compile(r"\w+_L([0-9]+)")
HIGHEST: Final = 16
COMMON: Final = 8
SHOWN: Final = 3


@rule("IDM4110", "language-code", on="Language")
def language_code(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The Code of a language is not a language in two small letters, a dash, and a country in two capitals.

    Why: browsers and translation files name a language by this code, such as en-US.

    Bad:
        <Language Code="en_us" IndicatorNumber="1"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
    """
    code = entry.get("Code")
    if code is None or CODE.fullmatch(code):
        return
    near = NEARLY_CODE.fullmatch(code)
    right = f"{near[1].lower()}-{near[2].upper()}" if near else None
    hint = f"write '{right}'" if right else "write a language and a country, such as en-US"
    yield Finding(entry, f"'{code}' is no culture code", "Code", hint, replacement=right)


@rule("IDM4111", "language-number", on="Language")
def language_number(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The IndicatorNumber of a language is not a number from 1 to 16.

    Why: texts are given in attributes ending in _L1 to _L16, and the number says which are of this language.

    Bad:
        <Language Code="en-US" IndicatorNumber="0"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
    """
    text = entry.get("IndicatorNumber") or ""
    if re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text) and int(text) not in range(1, HIGHEST + 1):
        yield Finding(entry, f"there are no texts _L{int(text)}", "IndicatorNumber", hint="use a number from 1 to 16")


@rule("IDM4112", "shared-language-number", on="Language", reads=("Code", "IndicatorNumber"), needs=(LANGUAGES,))
def shared_language_number(entry: Entry, context: Context) -> Iterator[Finding]:
    """Two languages have the same IndicatorNumber.

    Why: the texts ending in _L and this number can be of one language only.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="1"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="2"/>
    """
    code, number = entry.get("Code"), (entry.get("IndicatorNumber") or "").strip()
    rows = context.rows(LANGUAGES)
    others = sorted({row[0] or "" for row in rows if number and (row[1] or "").strip() == number and row[0] != code})
    first = declared_before(entry, "Code", others, context)
    if first is not None:
        taken = {(row[1] or "").strip() for row in rows}
        free = next((str(each) for each in range(1, HIGHEST + 1) if str(each) not in taken), None)
        hint = f"{free} is free" if free else "no number is free"
        there = declared_there("Language", first, "the other language", context)
        yield Finding(entry, f"'{code}' has the number {number}, as '{first}' has", "IndicatorNumber", hint, elsewhere=there)


@rule("IDM4113", "rare-language-number", Severity.INFO, on="Language")
def rare_language_number(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The IndicatorNumber of a language is above 8.

    Why: the pages about elements list texts up to _L16, the page about languages speaks of _L8. Lower numbers are safe.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="9"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="2"/>
    """
    text = entry.get("IndicatorNumber") or ""
    if re.fullmatch(r"\s*\+?\d{1,9}\s*", text) and int(text) in range(COMMON + 1, HIGHEST + 1):
        hint = f"use a number from 1 to {COMMON} while one is free"
        yield Finding(entry, f"the documentation disagrees on whether there are texts _L{int(text)}", "IndicatorNumber", hint)


@rule("IDM4114", "translation-file-name", on="Language")
def translation_file_name(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The JsonPath of a language is not a file named translation, its code, and json.

    Why: translation files are found by this name, such as translation.fr-FR.json.

    Bad:
        <Language Code="fr-FR" IndicatorNumber="1" JsonPath="french.json"/>

    Good:
        <Language Code="fr-FR" IndicatorNumber="1"/>
    """
    path, code = entry.get("JsonPath"), entry.get("Code")
    if not path or not code or not CODE.fullmatch(code):
        return
    normal = path.replace("\\", "/")
    name, right = PurePosixPath(normal).name, f"translation.{code}.json"
    if name == right:
        return
    start = len(path) - len(name)
    part = (start, len(path)) if name and normal.endswith(name) else None
    message = f"the translation file of {code} is not called {name or path}"
    yield Finding(entry, message, "JsonPath", hint=f"call it {right}", part=part, replacement=right if part else None)


@rule("IDM4116", "unusable-translation-file", on="Language", reads=("Code", "JsonPath"))
def unusable_translation_file(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """The JsonPath of a language names a file that is not there, or that is not one JSON object of texts.

    Why: the texts of the user interface in this language are read from it at deployment; it maps keys to texts, so nested
    objects, lists and numbers can't be read. Nothing is said where single files are checked, and their folder isn't known.

    Bad:
        <Language Code="fr-FR" IndicatorNumber="1" JsonPath="translation.fr-FR.json"/>

    Good:
        <Language Code="fr-FR" IndicatorNumber="1"/>
    """
    path = entry.get("JsonPath")
    if not path or context.companions is None:
        return
    found = context.companions.named(path)
    if not found:
        elsewhere = context.companions.called(path)
        hint = f"it lies in {elsewhere[0]}" if elsewhere else "add it, or correct the path; it is relative to the configuration"
        yield Finding(entry, f"there is no file '{path}'", "JsonPath", hint)
    elif len(found) == 1:
        data = context.companions.read(found[0])
        fault = translation_fault(data) if data is not None else None
        if fault is not None:
            yield Finding(entry, f"{found[0]} {fault[0]}", "JsonPath", hint=fault[1])


def translation_fault(data: bytes) -> tuple[str, str] | None:
    """What is wrong with the content of a translation file, and what to do; None for one object of texts."""
    try:
        texts = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "is not written in UTF-8", "save it as UTF-8"
    except json.JSONDecodeError as error:
        return f"is no JSON: {error.msg} in line {error.lineno}, column {error.colno}", "mend it"
    except RecursionError:
        return "is nested too deep", "write one object of texts"
    if not isinstance(texts, dict):
        return "holds no JSON object", 'write {"key": "text", …}'
    odd = next((key for key, text in texts.items() if not isinstance(text, str)), None)
    return None if odd is None else (f"gives '{odd}' a value that is no text", "write a text between quotes for each key")


@rule("IDM4115", "untranslated", Severity.INFO, on="Language", reads=("Code", "IndicatorNumber"), needs=(LANGUAGES,))
def untranslated(entry: Entry, context: Context) -> Iterator[Finding]:
    """Files hold texts in another language, and none in this one.

    Why: where a text is missing in a language, the user interface shows the technical name, or another language. It is told once for a
    language, with the first of the files. Nothing is told of a compiled configuration, where texts of scaffoldings stand too.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="2"/>
        <Agent Identifier="Local" DisplayName_L1="Local"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <Language Code="fr-FR" IndicatorNumber="2"/>
        <Agent Identifier="Local" DisplayName_L1="Local" DisplayName_L2="Local"/>
    """
    number = (entry.get("IndicatorNumber") or "").strip().lstrip("+0")
    with_texts, by_number = context.derived(_texts)
    missing = [path for path in with_texts if path not in by_number.get(number, frozenset())]
    if not number or not missing or number not in {(row[1] or "").strip() for row in context.rows(LANGUAGES)}:
        return
    if context.derived(_is_compiled):
        return
    if by_number.get(number):
        message = f"{counted(len(missing), 'file')} with texts {'holds' if len(missing) == 1 else 'hold'} none in '{entry.get('Code')}' (_L{number})"
    else:
        message = f"no text is translated into '{entry.get('Code')}' (_L{number}); {counted(len(missing), 'file')} {'holds' if len(missing) == 1 else 'hold'} texts"
    yield Finding(entry, message, "Code", hint=f"translate the texts in {some_of(missing, SHOWN)}")


def _is_compiled(context: Context) -> bool:
    """Whether the configuration was written by ``compile``."""
    manifest = context.companions.read(MANIFEST) if context.companions is not None else None
    return manifest is not None and is_of_compiled(manifest)


def _texts(context: Context) -> tuple[list[str], dict[str, frozenset[str]]]:
    """The files with texts, in order, and by number of a language those with texts of this number."""
    with_texts: list[str] = []
    found: dict[str, set[str]] = {}
    for each in context.files:
        numbers = {match[1] for name in each.attribute_names if (match := TEXT.fullmatch(name))}
        if numbers:
            with_texts.append(each.path)
        for number in numbers:
            found.setdefault(number, set()).add(each.path)
    return with_texts, {number: frozenset(paths) for number, paths in found.items()}
