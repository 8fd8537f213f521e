"""Recorded schemas to new entity types: properties, keys, associations and mappings that fit the rules of the product."""
