"""Two versions of a configuration to what changed between them, and what each change does."""
