"""Scaffoldings to what they generate, and hand-written elements to what they change of it."""
