"""Columns to text, one format a file."""
