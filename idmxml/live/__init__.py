"""Live commands: what looks at systems, and records what they answer."""
