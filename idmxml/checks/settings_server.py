"""Rules about mails, password resets and what a production server must not have switched on."""

import re
from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_key, at_value
from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key
from idmxml.settings.resolve import Given

MAILS: tuple[Key, ...] = (("MAILSETTINGS",), ("PASSWORDRESETSETTINGS", "MAILSETTINGS"))
TOKEN_LIFE: Key = ("PASSWORDRESETSETTINGS", "TOKENBUILDINGSETTINGS", "VALIDFOR")
TWO_FACTOR: Key = ("PASSWORDRESETSETTINGS", "TWOFACTORSETTINGS")
TIME = re.compile(r"(?:\d+\.)?(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d")
PRODUCTION = "Production"


@rule("IDM8072", "mail-without-transport")
def mail_without_transport(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Settings for mails name neither a server nor a folder.

    Why: mails go to the SMTP server in Host, or, with UseSpecifiedPickupDirectory, to the folder in PickupDirectory. Without
    either none is sent.

    Bad:
        {}
        // file: appsettings.json
        {
          "MailSettings": {"FromAddress": "identity@contoso.com"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "MailSettings": {"FromAddress": "identity@contoso.com", "Host": "smtp.contoso.com", "Port": 587}
        }
    """
    view, resolved = context.view, context.settings.resolved
    for key in MAILS:
        given = view.given(key)
        place = context.in_file(given) if given is not None and given.kind == "object" and view.below(key) else None
        if place is None or view.has((*key, "HOST")) is not False or resolved.text(*key, "Enabled") in {"false", "False"}:
            continue
        if resolved.flag((*key, "USESPECIFIEDPICKUPDIRECTORY")):
            if view.has((*key, "PICKUPDIRECTORY")) is False:
                yield at_key(place, f"'{place.path[-1]}' lacks 'PickupDirectory'", "add the folder that mails are written to")
        else:
            yield at_key(place, f"'{place.path[-1]}' lacks 'Host'", "add the SMTP server, or a pickup folder for mails")


@rule("IDM8073", "outdated-mail-encryption", Severity.WARNING)
def outdated_mail_encryption(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Settings for mails use the outdated EnableSsl.

    Why: it stays for old installations only; SecureSocketOption with StartTls does the same.

    Bad:
        {}
        // file: appsettings.json
        {
          "MailSettings": {"Host": "smtp.contoso.com", "Port": 587, "EnableSsl": true}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "MailSettings": {"Host": "smtp.contoso.com", "Port": 587, "SecureSocketOption": "StartTls"}
        }
    """
    for layer in context.settings.files:
        for key in MAILS:
            setting = context.settings.flat(layer).get((*key, "ENABLESSL"))
            if setting:
                yield at_key(setting.winner, "'EnableSsl' is outdated", "write 'SecureSocketOption' with StartTls instead")


@rule("IDM8074", "missing-two-factor")
def missing_two_factor(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The XML has password resets in two steps, and the settings lack what these need.

    Why: the mail to the user holds the address of the confirmation page, which stands in TwoFactorSettings.

    Bad:
        {
          "PasswordResetSettings": {"TokenBuildingSettings": {"ValidFor": "02:00:00"}}
        }
        // two-way password reset

    Good:
        {
          "PasswordResetSettings": {
            "TwoFactorSettings": {
              "ApplicationUri": "https://identity.contoso.com",
              "ResetConfirmationUri": "https://identity.contoso.com/reset?token="
            }
          }
        }
        // two-way password reset
    """
    span = context.names.two_way_reset
    if span is not None and context.has_agent_settings and context.view.has(TWO_FACTOR) is False:
        hint = "add it to appsettings.agent.json, with ApplicationUri and ResetConfirmationUri"
        yield SettingsFinding(
            span, "the settings lack 'PasswordResetSettings > TwoFactorSettings'", hint, "PasswordResetSettings/settings"
        )


@rule("IDM8075", "wrong-token-life")
def wrong_token_life(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The time a reset token is valid for is not written as HH:mm:ss.

    Why: the product can't read it, and loads none of these settings.

    Bad:
        {
          "PasswordResetSettings": {"TokenBuildingSettings": {"ValidFor": "3h"}}
        }

    Good:
        {
          "PasswordResetSettings": {"TokenBuildingSettings": {"ValidFor": "03:00:00"}}
        }
    """
    for layer in context.settings.files:
        setting = context.settings.flat(layer).get(TOKEN_LIFE)
        text = setting.winner.plain() if setting else ""
        if setting and text and not TIME.fullmatch(text.strip()):
            yield at_value(setting.winner, f"'{text}' is no time written as HH:mm:ss", "write three hours as 03:00:00")


@rule("IDM8076", "test-users-enabled", Severity.WARNING)
def test_users_enabled(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Test users may sign in on a production server.

    Why: they share one password. Switch them on in the overlay of a test environment, such as appsettings.Development.json.

    Bad:
        {}
        // file: appsettings.json
        {
          "Authentication": {"TestUserStore": {"Enabled": true}}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "Authentication": {"TestUserStore": {"Enabled": false}}
        }
        // file: appsettings.Development.json
        {
          "Authentication": {"TestUserStore": {"Enabled": true}}
        }
    """
    given = _on_in_production(context, ("AUTHENTICATION", "TESTUSERSTORE", "ENABLED"))
    if given:
        yield at_value(
            given, "test users may sign in in production", "write false, and true in the overlay of a test environment only"
        )


@rule("IDM8077", "swagger-enabled", Severity.INFO)
def swagger_enabled(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The description of the API is on in production.

    Why: it tells strangers more than they need, and costs memory.

    Bad:
        {}
        // file: appsettings.json
        {
          "Swagger": {"Enabled": true}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "Swagger": {"Enabled": false}
        }
    """
    given = _on_in_production(context, ("SWAGGER", "ENABLED"))
    if given:
        yield at_value(given, "Swagger is on in production", "write false")


def _on_in_production(context: SettingsContext, key: Key) -> Given | None:
    """The switch at ``key`` when it is on in production, and stands in a file."""
    resolved = context.settings.seen_in(PRODUCTION).resolved
    setting = resolved.get(key)
    return setting.winner if setting and resolved.flag(key) and setting.winner.layer.path else None
