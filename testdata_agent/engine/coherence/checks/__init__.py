"""The checks, one noun a file, all of one shape: see base.Check."""
