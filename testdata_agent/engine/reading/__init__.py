"""Text that others wrote to records, one format a file."""
