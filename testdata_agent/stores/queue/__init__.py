"""Handing batches to workers."""
