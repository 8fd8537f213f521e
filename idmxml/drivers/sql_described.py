"""A column of a query as a database tells it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """A column of a query: its name, empty for none, and its type as the database names it."""

    name: str
    type_text: str
