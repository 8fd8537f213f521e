import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.source.shown import covered


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('<A DefaultPassword="Secret!1" B="x"/>', '<A DefaultPassword="••••••••" B="x"/>'),
        ("<A DefaultPassword = 'it is' B='x'/>", "<A DefaultPassword = '•••••' B='x'/>"),
        ('<A DefaultPassword="two\r\nlines"/>', '<A DefaultPassword="•••\r\n•••••"/>'),
        ('<A DefaultPassword="never closed', '<A DefaultPassword="••••••••••••'),
        ('<A Other="DefaultPassword"/>', '<A Other="DefaultPassword"/>'),
    ],
)
def test_values_of_secret_attributes_are_covered(text: str, shown: str) -> None:
    assert covered(text, ("DefaultPassword",)) == shown


@given(st.text())
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(covered(f'<A DefaultPassword="{text}', ("DefaultPassword",))) == len(f'<A DefaultPassword="{text}')
