"""Schemas that users register: found by name in requests, and kept."""
