"""Settings elements: one of each, and values that fit what else is declared."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.model.context import LANGUAGES, Context
from idmxml.model.names import closest
from idmxml.model.projection import Projection
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

MODES = Projection("PasswordResetSettings", ("Mode",))
FIRST_PAGE = Projection("CustomLink1Setting", ("Url",))
ADDRESSES = Projection("MenuItem", ("URI",))
TWO_WAY = frozenset({"Two-Way", "2"})


def setting_kinds() -> tuple[str, ...]:
    """The kinds of settings, each of which has an Identifier of its own when none is given."""
    found = (kind for kind in language() if kind.id.endswith("Setting") and "Identifier" in kind.attributes)
    return tuple(kind.id for kind in found if kind.attributes["Identifier"].default)


@rule("IDM7231", "several-settings", Severity.WARNING, on=setting_kinds, reads=("Identifier", CONSOLIDATION))
def several_settings(entry: Entry, context: Context) -> Iterator[Finding]:
    """A setting that a configuration has once is declared twice, under different identifiers.

    Why: there is one setting of a kind in a configuration; which of them acts is chance.

    Bad:
        <ConfigurationVersionSetting Version="1.0.0"/>
        <ConfigurationVersionSetting Identifier="Version2" Version="2.0.0"/>

    Good:
        <ConfigurationVersionSetting Version="2.0.0"/>
    """
    kind = context.language.kind(entry.kind or "")
    name = entry.get("Identifier") or kind.attributes["Identifier"].default or ""
    names = context.names(kind.id)
    first = min(names, key=lambda each: (names[each], each), default=name)
    if first != name and entry.get(CONSOLIDATION) != "Delete":
        there = Elsewhere(names[first], kind.id, first, "the other one")
        attribute = "Identifier" if entry.get("Identifier") else None
        hint = "keep one, and leave its Identifier out"
        yield Finding(entry, f"a second <{kind.tag}>, besides '{first}'", attribute, hint, elsewhere=(there,))


@rule("IDM7232", "unknown-mail-language", Severity.WARNING, on="MailSetting", reads=("LanguageCode",))
def unknown_mail_language(entry: Entry, context: Context) -> Iterator[Finding]:
    """Mails are to be sent in a language that the configuration does not declare.

    Why: LanguageCode is the Code of a declared Language.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <MailSetting LanguageCode="de-DE"/>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <MailSetting LanguageCode="en-US"/>
    """
    value = (entry.get("LanguageCode") or "").strip()
    codes = sorted(row[0] for row in context.rows(LANGUAGES) if row[0])
    known = {code.casefold() for code in codes} | {code.partition("-")[0].casefold() for code in codes}
    if value and codes and value.casefold() not in known and not context.may_exist(value):
        near = closest(value, codes)
        hint = did_you_mean(near) or f"the declared languages are {', '.join(codes)}"
        yield Finding(entry, f"no Language has the code '{value}'", "LanguageCode", hint, replacement=near)


class Quoted(NamedTuple):
    """A regular expression of the list, without quotes, and where it begins in the value."""

    text: str
    start: int


@rule("IDM7233", "broken-password-test", on="PasswordTestsSetting")
def broken_password_test(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """PasswordRegex is no list of regular expressions in single quotes, or one of them is no regular expression.

    Why: passwords are scored by how many of the expressions they match; one that can't be compiled stops the test.

    Bad:
        <PasswordTestsSetting PasswordRegex="'^.{12}.*$','^.*[0-9.*$'"/>

    Good:
        <PasswordTestsSetting PasswordRegex="'^.{12}.*$','^.*[0-9].*$'"/>
    """
    from idmxml.settings.regular_expressions import certain_fault

    value = entry.get("PasswordRegex") or ""
    if not value.strip():
        return
    found = quoted_list(value)
    if found is None:
        hint = "write '…','…': each expression in single quotes, with a comma between them"
        message = "PasswordRegex is no list of expressions in single quotes"
        yield Finding(entry, message, "PasswordRegex", hint, severity=Severity.WARNING)
        return
    for each in found:
        fault = certain_fault(each.text)
        if fault is not None:
            start = each.start + fault.start
            part = (start, min(start + fault.length, len(value)))
            message = f"'{each.text}' is no regular expression: {fault.message}"
            yield Finding(entry, message, "PasswordRegex", "correct the expression", part)


def quoted_list(value: str) -> Sequence[Quoted] | None:
    """The expressions of a comma-separated list in single quotes; None when the value is not one."""
    found: list[Quoted] = []
    position = 0
    while position < len(value):
        position += len(value[position:]) - len(value[position:].lstrip())
        end = _closing(value, position)
        if end is None:
            return None
        found.append(Quoted(value[position + 1 : end], position + 1))
        rest = value[end + 1 :]
        stripped = rest.lstrip()
        if not stripped:
            return found
        position = end + 1 + len(rest) - len(stripped) + 1
    return None


def _closing(value: str, start: int) -> int | None:
    """Where the quote that opens at ``start`` closes: before a comma or the end."""
    if start >= len(value) or value[start] != "'":
        return None
    end = start
    while (end := value.find("'", end + 1)) != -1:
        behind = value[end + 1 :].lstrip()
        if not behind or behind.startswith(","):
            return end
    return None


@rule(
    "IDM7236",
    "photo-of-another-type",
    Severity.INFO,
    on="SelectUserByIdentityQueryHandlerSetting",
    reads=("OwnerPhotoTagProperty", "OwnerEntityType"),
)
def photo_of_another_type(entry: Entry, _context: Context) -> Iterator[Finding]:
    """OwnerPhotoTagProperty is a property of another entity type than OwnerEntityType.

    Why: it is the photo of the owner that is shown, so the property belongs to the entity type of owners.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Photo" DisplayName_L1="Photo">
          <Property Identifier="Tag" DisplayName_L1="Tag" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <SelectUserByIdentityQueryHandlerSetting OwnerEntityType="HR_Person" OwnerPhotoTagProperty="HR_Photo:Tag"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="PhotoTag" DisplayName_L1="Photo" TargetColumnIndex="5"/>
        </EntityType>
        <SelectUserByIdentityQueryHandlerSetting OwnerEntityType="HR_Person" OwnerPhotoTagProperty="HR_Person:PhotoTag"/>
    """
    owner, colon, _ = (entry.get("OwnerPhotoTagProperty") or "").partition(":")
    wanted = entry.get("OwnerEntityType")
    if colon and wanted and owner != wanted:
        message = f"the photo is a property of {owner}, and owners are of {wanted}"
        yield Finding(entry, message, "OwnerPhotoTagProperty", f"name a property of {wanted}")


@rule(
    "IDM7237",
    "missing-reset-mail",
    on="SelectPersonasByFilterQueryHandlerSetting",
    reads=("MailProperty", CONSOLIDATION),
    needs=(MODES,),
)
def missing_reset_mail(entry: Entry, context: Context) -> Iterator[Finding]:
    """Passwords are reset in two ways, and the setting of people who log in has no MailProperty.

    Why: the two-way reset sends a mail to the person, and MailProperty tells where the address stands.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <PasswordResetSettings Identifier="Reset" Mode="Two-Way"/>
        <SelectPersonasByFilterQueryHandlerSetting ResourceDisplayNameProperty="HR_Person:Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" DisplayName_L1="Mail" TargetColumnIndex="5"/>
        </EntityType>
        <PasswordResetSettings Identifier="Reset" Mode="Two-Way"/>
        <SelectPersonasByFilterQueryHandlerSetting ResourceDisplayNameProperty="HR_Person:Login" MailProperty="HR_Person:Mail"/>
    """
    if not entry.get("MailProperty") and not entry.get(CONSOLIDATION) and not TWO_WAY.isdisjoint(context.rows(MODES)):
        hint = 'add MailProperty="EntityType:Property" with the property that holds the address'
        yield Finding(entry, "the two-way password reset needs MailProperty", hint=hint)


@rule("IDM7238", "same-custom-address", Severity.WARNING, on="CustomLink2Setting", reads=("Url",), needs=(FIRST_PAGE,))
def same_custom_address(entry: Entry, context: Context) -> Iterator[Finding]:
    """Both custom pages have the same address.

    Why: one of the pages can't be reached.

    Bad:
        <CustomLink1Setting Path_L1="Pages/help.html" Url="/help"/>
        <CustomLink2Setting Path_L1="Pages/charter.html" Url="/help"/>

    Good:
        <CustomLink1Setting Path_L1="Pages/help.html" Url="/help"/>
        <CustomLink2Setting Path_L1="Pages/charter.html" Url="/charter"/>
    """
    url = entry.get("Url")
    if url and url.casefold() in {str(row).casefold() for row in context.rows(FIRST_PAGE)}:
        yield Finding(entry, f"the address '{url}' is that of <CustomLink1Setting> too", "Url", "give it an address of its own")


@rule(
    "IDM7239",
    "unlinked-custom-page",
    Severity.INFO,
    on=("CustomLink1Setting", "CustomLink2Setting"),
    reads=("Url",),
    needs=(ADDRESSES,),
)
def unlinked_custom_page(entry: Entry, context: Context) -> Iterator[Finding]:
    """No menu item leads to a custom page.

    Why: users find the page by a menu item whose URI is the address of the page.

    Bad:
        <CustomLink1Setting Path_L1="Pages/help.html" Url="/help"/>

    Good:
        <CustomLink1Setting Path_L1="Pages/help.html" Url="/help"/>
        <MenuItem Identifier="Top_Help" DisplayName_L1="Help" ParentMenuItem="Top" URI="/help"/>
    """
    url = (entry.get("Url") or "").strip()
    linked = {str(row).strip().strip("/").casefold() for row in context.rows(ADDRESSES)}
    if url and url.strip("/").casefold() not in linked and context.is_whole:
        yield Finding(entry, f"no menu item leads to '{url}'", "Url", f'add a <MenuItem URI="{url}" …/>')
