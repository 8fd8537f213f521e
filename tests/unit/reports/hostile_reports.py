"""The reports that every renderer is tested with: ordinary findings, and such as a hostile repository would give."""

from idmxml.diagnostics import Diagnostic, Edit, Related, Report, RuleFacts, Severity, Span, Summary, tidy

PAGE = """# IDM3103 unknown-package (error)

A connection names a package that does not exist.

## Why

The package decides which programs export and fulfil; a wrong name
shows up only when the first job fails.

## Bad

```xml
<Connection Identifier="HR" Package="Vendor.CVS@1"/>
```

## Good

```xml
<Connection Identifier="HR" Package="Vendor.CSV@1"/>
```

Silence one place with `<!-- idmxml: ignore IDM3103 reason -->` before the element.
"""

RULES = {
    rule.code: rule
    for rule in (
        RuleFacts("IDM0001", "malformed-file", Severity.ERROR, "A file is not well-formed XML.", ""),
        RuleFacts("IDM2001", "duplicate-identifier", Severity.ERROR, "Two objects have one identity.", "Why <b>not</b>"),
        RuleFacts("IDM3103", "unknown-package", Severity.ERROR, "A connection names a package that does not exist.", PAGE),
        RuleFacts("IDM4001", "plain-advice", Severity.INFO, "A name could be better.", ""),
        RuleFacts("IDM5001", "never-broken", Severity.WARNING, "Something nobody did.", ""),
    )
}


def span(path: str, line: int, column: int, length: int) -> Span:
    """A span within one line."""
    return Span(path, line, column, line, column + length)


CONNECTION = '  <Connection Identifier="HR" Package="Usercube.CVS@0000001" Connector="HR"/>'
TABBED = '\t\t<Property Identifier="氏名" Type="Strnig"\tDisplayName_L1="姓名"/>'
RIGHT_TO_LEFT = '<Role Identifier="שלום\u202eevil" DisplayName_L1="مرحبا"/>'
ANSI = '<Role Identifier="\x1b[31mred\x1b]0;title\x07" X="\u009b2J"/>'
LONG = "<Item " + 'Name="0123456789" ' * 200 + 'Wrong="here" ' + 'Name="0123456789" ' * 200 + "/>"

FOUND = (
    Diagnostic(
        "IDM3103",
        "unknown-package",
        Severity.ERROR,
        "unknown package 'Usercube.CVS@0000001'",
        span("Conf/HR/HR Connector.xml", 12, 40, 20),
        "did you mean 'Usercube.CSV@0000001'?",
        "Connection[HR]/@Package",
        (Related(span("Conf/HR/First (1).xml", 1, 1, 5), "first declared here"),),
        Edit(span("Conf/HR/HR Connector.xml", 12, 40, 20), "Usercube.CSV@0000001"),
        CONNECTION,
    ),
    Diagnostic(
        "IDM0001",
        "malformed-file",
        Severity.ERROR,
        "the file ends within a start tag",
        Span("Conf/📁 Rôles/été & hiver.xml", 1, 1, 1, 1),
    ),
    Diagnostic(
        "IDM2001",
        "duplicate-identifier",
        Severity.ERROR,
        "'<script>alert(\"1\")</script>' & 'it's' are declared twice",
        span('Conf/<script>alert(1)</script>/it\'s "quoted".xml', 3, 7, 27),
        "rename <img src=x onerror=alert(2)>",
        "Role[<script>alert(3)</script>]",
        source="<Role <script>alert(\"1\")</script>='x' />",
    ),
    Diagnostic(
        "IDM2001",
        "duplicate-identifier",
        Severity.WARNING,
        "'שלום\u202eevil' goes the wrong way",
        span("Conf/עברית/قائمة.xml", 7, 19, 9),
        object="Role[שלום\u202eevil]",
        source=RIGHT_TO_LEFT,
    ),
    Diagnostic(
        "IDM2001",
        "duplicate-identifier",
        Severity.ERROR,
        "the name '\x1b[31mred\x1b]0;title\x07' has\na line end,\r\ttab, \u009b, \x00, \ufffe and \u2028",
        span("Conf/new\nline;,:]%0A %.xml", 1, 19, 18),
        "write '\x1b[0m'\nor nothing",
        "Role[\x1b[31mred]",
        source=ANSI,
    ),
    Diagnostic(
        "IDM3103",
        "unknown-package",
        Severity.WARNING,
        "a very long line",
        span("Conf/long.xml", 123_456, LONG.index("Wrong") + 1, 12),
        object="Item[long]",
        source=LONG,
    ),
    Diagnostic(
        "IDM2001",
        "duplicate-identifier",
        Severity.ERROR,
        "type 'Strnig' is not known",
        span("Conf/tabs and wide.xml", 9, TABBED.index("Strnig") + 1, 6),
        "did you mean 'String'?",
        "EntityType[Worker]/Property[氏名]/@Type",
        source=TABBED,
    ),
    Diagnostic(
        "IDM2001",
        "duplicate-identifier",
        Severity.ERROR,
        "type 'Strnig' is not known, again",
        span("Conf/tabs and wide.xml", 9, TABBED.index("DisplayName") + 1, 19),
        object="EntityType[Worker]/Property[氏名]/@Type",
        source=TABBED,
    ),
    Diagnostic(
        "IDM4001",
        "plain-advice",
        Severity.INFO,
        "an element of several lines could be shorter",
        Span("Conf/several.xml", 4, 3, 9, 5),
        object="Workflow[Join]",
        source="  <Workflow   ",
    ),
    Diagnostic(
        "IDM4001",
        "plain-advice",
        Severity.INFO,
        "| `code` **bold** @team #12 [click](https://evil.example) www.evil.example ##vso[task.complete] ::error::x <!-- -->",
        span("appsettings.json", 2, 80, 1),
        "at the ##[end] of its line",
        object="Setting[a|b]",
        source='  "Key": "value"',
    ),
    Diagnostic(
        "IDM9999",
        "from-elsewhere",
        Severity.WARNING,
        "a rule without a description, in a file whose name is no text",
        span("Conf/caf\udce9.xml", 1, 1, 4),
        object="Thing[1]",
        source="<A/>",
    ),
)

HOSTILE = Report(
    "check",
    "/srv/Contoso config",
    Summary(37, 1211),
    tidy(FOUND),
    (
        "Settings are not checked: no appsettings file was found.",
        "A note with <b>markup</b>, \x1b[1mcolour\x1b[0m and ##[group].",
    ),
    RULES,
    "0.1.0",
)
CLEAN = Report("check", "C:\\Configurations\\Contoso", Summary(37, 1211), (), (), RULES, "0.1.0")
EMPTY = Report("check", "/", Summary(0, 0), ())


def large(number: int, paths: int = 500, source: str = CONNECTION) -> Report:
    """A report of ``number`` findings: one error in ten, six warnings, three infos; over ``paths`` files."""
    severities = (Severity.ERROR, *(Severity.WARNING,) * 6, *(Severity.INFO,) * 3)
    found = (
        Diagnostic(
            f"IDM3{index % 40:03}",
            f"rule-number-{index % 40}",
            severities[index % 10],
            f"unknown package 'Usercube.CVS@{index:07}' <&>",
            span(f"Conf/Connector {index % paths:05}/Connections and tables.xml", 1 + index // paths, 40, 20),
            "did you mean 'Usercube.CSV@0000001'?",
            f"Connection[HR{index}]/@Package",
            source=source,
        )
        for index in range(number)
    )
    return Report("check", "/srv/contoso", Summary(paths, number * 3), tidy(found), (), {}, "0.1.0")
