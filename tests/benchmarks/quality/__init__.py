"""Variety and coherence of what the engine makes, measured from outside."""
