"""Turns a report into the text of one of the output formats."""
