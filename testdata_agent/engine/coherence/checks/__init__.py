"""Checks, one noun a file: a record to its findings (field, message), or None where the check does not apply."""
