"""Coherence: checks of finished records and the score, blind to how a record was made."""
