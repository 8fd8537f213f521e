"""Drivers: programs that look at outside systems as the product's agent does, to check a connection and read its schema."""
