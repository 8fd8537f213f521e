from idmxml.checks.registry import FAMILIES, INDEX, MADE, MODULES, known, rules, runnable, text


def test_the_stored_index_is_current() -> None:
    assert INDEX.read_text(encoding="utf-8") == text(), "run: python -m idmxml.checks.registry"


def test_the_index_knows_every_rule() -> None:
    told = {code: (each.name, each.severity) for code, each in known().items()}
    assert told == {code: (each.name, each.severity) for code, each in rules().items()}


def test_every_module_that_makes_rules_is_listed() -> None:
    assert set(FAMILIES) | set(MADE) <= set(MODULES)


def test_every_rule_can_run_or_is_called_by_a_step() -> None:
    active = frozenset(rules())
    assert {each.code for each in runnable(active)} == active
