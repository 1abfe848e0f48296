"""The built-in entities and the reference data, as data files, and their loaders."""
