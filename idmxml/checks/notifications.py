"""Notifications: what sends them, and the switches that stop them."""

from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import FALSE, Entry

SENDERS = Projection("SendNotificationsTask", ("Identifier", "../Identifier"))
REMINDERS = (
    "AccessCertificationNotification",
    "ManualProvisioningNotification",
    "ProvisioningReviewNotification",
    "RolePolicyNotification",
    "RoleReviewNotification",
)
SWITCHES = Projection("MailSetting", REMINDERS)


@rule(
    "IDM7205",
    "notification-without-task",
    Severity.WARNING,
    on=("Notification", *REMINDERS),
    reads=("Identifier",),
    needs=(SENDERS,),
)
def notification_without_task(entry: Entry, context: Context) -> Iterator[Finding]:
    """Notifications are declared, and no job has a SendNotificationsTask.

    Why: that task sends custom notifications and reminders each time it runs; without it none ever leaves.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RoleReviewNotification Identifier="HR_Person_Roles" OwnerEntityType="HR_Person" ReminderInterval="2880"/>
        <Job Identifier="Night" DisplayName_L1="Night">
          <UpdateEntityPropertyExpressionsTask Identifier="Night_Update" DisplayName_L1="Update" AllEntityType="true"/>
        </Job>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RoleReviewNotification Identifier="HR_Person_Roles" OwnerEntityType="HR_Person" ReminderInterval="2880"/>
        <Job Identifier="Night" DisplayName_L1="Night">
          <SendNotificationsTask Identifier="Night_Mails" DisplayName_L1="Mails"/>
        </Job>
    """
    if not context.is_whole or not context.names("Job"):
        return
    if not context.rows(SENDERS) and not context.generated.names("SendNotificationsTask"):
        hint = "add a <SendNotificationsTask> to a job that runs often enough"
        yield Finding(entry, "no SendNotificationsTask sends this notification", "Identifier", hint)


@rule("IDM7206", "switched-off-reminder", Severity.WARNING, on=REMINDERS, reads=("Identifier",), needs=(SWITCHES,))
def switched_off_reminder(entry: Entry, context: Context) -> Iterator[Finding]:
    """A reminder repeats a native notification that MailSetting switches off.

    Why: reminders go to those whom the native notification told already, and then there is nobody.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <MailSetting RoleReviewNotification="false"/>
        <RoleReviewNotification Identifier="HR_Person_Roles" OwnerEntityType="HR_Person" ReminderInterval="2880"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <MailSetting RoleReviewNotification="true"/>
        <RoleReviewNotification Identifier="HR_Person_Roles" OwnerEntityType="HR_Person" ReminderInterval="2880"/>
    """
    kind = entry.kind or ""
    at = REMINDERS.index(kind)
    rows = context.rows(SWITCHES)
    if rows and all(row[at] in FALSE for row in rows):
        message = f"MailSetting switches off {kind}, so there is nothing to remind of"
        yield Finding(entry, message, "Identifier", f'write {kind}="true" in <MailSetting>, or remove the reminder')
