"""A repository to its normalized configuration, with a manifest, and its model as data and as a picture."""
