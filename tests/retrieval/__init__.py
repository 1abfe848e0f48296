"""Patterns, wishes and what should be found: the labelled set, and what is measured by it."""
