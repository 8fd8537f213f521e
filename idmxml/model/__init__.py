"""All files of a repository taken together: what is declared, what is named, and where."""
