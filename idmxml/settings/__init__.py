"""Settings files of a repository: read with positions, merged in the order of the product, secrets sealed from the start."""
