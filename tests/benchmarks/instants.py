"""Instants as the engine writes them."""

from datetime import datetime


def written(instant: datetime) -> str:
    """RFC 3339, whole seconds."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}Z"
