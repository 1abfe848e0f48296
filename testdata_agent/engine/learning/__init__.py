"""Records that others have, made into patterns: what could tell of a person is replaced before anything is kept."""
