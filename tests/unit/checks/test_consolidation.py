"""ConsolidationMode where nothing is generated at all."""

from command_run import MakeRepository

from idmxml import Severity, check

SITE = '<EntityType Identifier="Site"><Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/></EntityType>'
CHANGED = '<DisplayTable Identifier="Site" ConsolidationMode="Merge"/>'


def severities(repository: MakeRepository, *texts: str) -> list[Severity]:
    root = repository({f"{number}.xml": text for number, text in enumerate(texts)})
    return [each.severity for each in check(root, select=["IDM4151"]).diagnostics]


def test_it_is_an_error_without_any_scaffolding(repository: MakeRepository) -> None:
    assert severities(repository, SITE, CHANGED) == [Severity.ERROR]


def test_it_is_a_warning_where_some_are_used(repository: MakeRepository) -> None:
    assert severities(repository, SITE, CHANGED, '<WorkflowEntityType EntityType="Site"/>') == [Severity.WARNING]


def test_nothing_is_said_where_a_module_may_generate_it(repository: MakeRepository) -> None:
    assert severities(repository, SITE, CHANGED, "<WorkforceModule/>") == []
    assert severities(repository, SITE, CHANGED, "<BootstrapModule/>") == []


def test_nothing_is_said_where_a_file_broke_off(repository: MakeRepository) -> None:
    root = repository({"a.xml": SITE + CHANGED, "b.xml": b'<ConfigurationFile><DisplayTable Identifier="Site"'})
    assert check(root, select=["IDM4151"]).diagnostics == ()
