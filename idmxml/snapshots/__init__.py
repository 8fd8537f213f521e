"""Recorded schemas of outside systems: as values, as canonical files, and their history."""
