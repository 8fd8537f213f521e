"""Where the XSD differs from the reference facts on purpose, each entry with its reason.

Most keys are the XSD type of an element and the name of one of its attributes.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


def base32(number: int) -> str:
    return DIGITS[number] if number < 32 else base32(number // 32) + DIGITS[number % 32]


LAX = "an example of a documented page leaves it out"
GENERATED = "the tasks generated for the connector page leave it out"
NESTED = "examples nested in a resource type leave it out"
CONTRADICTED = {  # documented as required, or in place of what is: a warning when it is missing
    ("AutomationRule", "EntityType"): "to be given for categories and policies only, though the table asks for it always",
    ("BinaryRule", "Policy"): NESTED,
    ("DisplayNameProfile", "DisplayName"): "the table asks for DisplayName where the example writes Value: one of them",
    ("DisplayNameProfile", "Value"): "stands for DisplayName in the example",
    ("ExportTask", "Agent"): GENERATED,
    ("ExportTask", "OpenIdClient"): GENERATED,
    ("LdapResourceTypeMapping", "DefaultObjectClass"): LAX,
    ("LdapResourceTypeMapping", "RDNAttributeIdentifier"): LAX,
    ("NavigationRule", "Policy"): NESTED,
    ("NavigationRule", "Resource"): "newer pages have ResourceFromDimension in its place",
    ("PasswordResetSettings", "Identifier"): LAX,
    ("PrepareSynchronizationTask", "Agent"): GENERATED,
    ("PrepareSynchronizationTask", "OpenIdClient"): GENERATED,
    ("PrepareSynchronizationTask", "SynchronizationMode"): "a job example gives Type alone",
    ("QueryRule", "Policy"): "its sibling rules leave it out when they are nested in a resource type",
    ("ResourceType", "DisplayName_L1"): LAX,
    ("ResourceTypeMapping", "Connection"): "the element is known from examples alone, and one leaves it out",
    ("ScalarRule", "Policy"): NESTED,
    ("SearchBar", "SearchedEntityType"): "no example has it",
    ("SharePointResourceTypeMapping", "Connection"): "the element is known from an example alone",
    ("Step", "Identifier"): "every example has it in place of Task: one of them",
    ("Step", "Task"): "the table asks for it where the examples write Identifier: one of them",
    ("Tile.Item", "LineDisplayOrderIndicator"): LAX,
    ("TypeRule", "Policy"): NESTED,
}
CONTRADICTED_CHILDREN = {
    (
        "CreateConnectorSynchroComplete",
        "OpenIdIdentifier",
    ): "the output of an example uses a client although the argument is not given",
}
UNSTATED_REFERENCES = {  # the notes call them columns of the table that ConnectionTable names
    ("EntityAssociationMapping", "Column1"): "ConnectionTable.Column",
    ("EntityAssociationMapping", "Column2"): "ConnectionTable.Column",
}
OTHER_PATTERNS = {
    ("CustomLink1Setting", "Url"): "a type of its own demands the leading slash",
    ("CustomLink2Setting", "Url"): "a type of its own demands the leading slash",
    ("EntityType.Property", "Identifier"): "the rules on identifiers judge it, as examples go beyond the pattern",
}
OTHER_TYPES = {
    ("CustomLink1Setting", "Url"): "RootedPath",  # see OTHER_PATTERNS
    ("CustomLink2Setting", "Url"): "RootedPath",
    ("ProfileContext", "Id"): "xs:long",  # a number that nothing else names
    ("Resource", "Id"): "xs:long",
}
PROVEN = {  # known from examples, yet a rule of the facts or of the element's purpose makes them certain
    ("AccessControlEntityType", "Identifier"): "equals the identifier of its entity type",
    ("AccessControlEntityType.Property", "Identifier"): "names the property that goes into the group",
    ("AzureADResourceTypeMapping", "Identifier"): "a mapping has the identifier of its resource type",
    ("DisplayEntityType", "Identifier"): "present in every example",
    ("DisplayEntityType.Property", "Identifier"): "present in every example",
    ("EntityTypeMapping.Property", "Identifier"): "a mapped property has the identifier of the property",
    ("ScimResourceTypeMapping", "Identifier"): "a mapping has the identifier of its resource type",
    ("SharePointResourceTypeMapping", "Identifier"): "a mapping has the identifier of its resource type",
    ("Step", "Identifier"): "present in every example",
}
OTHER_IDENTITY = {
    "ConnectionTable": (
        "global",
        "Connection Identifier",
        "a table stands at the top level and names its connection by an attribute",
    ),
}
OTHER_SPELLINGS = {
    "LDAPResourceTypeMapping": "LdapResourceTypeMapping",  # a how-to
    "MassReconciliateResourcesAccessControlRules": "BulkResourceReconciliationAccessControlRules",  # an example of the page
    "SelectPersonasByFilterQueryHanderSetting": "SelectPersonasByFilterQueryHandlerSetting",  # the heading of the page
    "UnicityCheckRule": "UnicityCheck",  # an example of the page
    "WorkflowAddandEndRecordEntityForm": "WorkflowAddAndEndRecordEntityForm",  # an example of the page
}
OTHER_ATTRIBUTES = {  # spellings that the rules of the facts quote from the documentation, with what they stand for
    "ContextRule": {"ResourcesCertificationComparisonBinding": "ResourceCertificationComparisonBinding"},
    "EntityAssociationMapping": {
        "MaximumLinkDeletedLines": "MaximumDeletedLines",
        "MaximumLinkInsertedLines": "MaximumInsertedLines",
        "MaxLinkPercentageDeletedLines": "MaxPercentageDeletedLines",
        "MaxLinkPercentageInsertedLines": "MaxPercentageInsertedLines",
    },
    "SingleRoleRule": {f"Dimension{base32(number)}": f"D{base32(number)}" for number in range(128)},
}
GUIDE_ATTRIBUTES = {  # known from the examples of a guide, in no table of the element
    "EntityTypeMapping.Property": {"IsMultiValuedProperty", "ScimSchema"},
}
OTHER_VALUES = {
    "EntityPropertyType": ("Option", "the page of formats names it as a type"),
}
OPEN_WITHOUT_WORD = {
    "UniverseTemplateName": "a rule says that the exact names are not printed",
    "DisplayFormat": "names of formats seen in examples; the page gives no list",
    "ManualAssignmentEndDateLockedToContextMode": "newer pages have a further value, Inherited",
    "NativeNotification": "the names of the documented release; a release may add notifications",
    "PasswordResetMode": "One-Way and Two-Way look like labels, and no example writes a name",
}
