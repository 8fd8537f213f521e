"""Text to documents: which files belong to a repository, what they hold, and where everything stands in them."""
