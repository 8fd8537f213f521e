from idmxml.checks.registry import INDEX, known, rules, text


def test_the_stored_index_is_current() -> None:
    assert INDEX.read_text(encoding="utf-8") == text(), "run: python -m idmxml.checks.registry"


def test_the_index_knows_every_rule() -> None:
    told = {code: (each.name, each.severity) for code, each in known().items()}
    assert told == {code: (each.name, each.severity) for code, each in rules().items()}
