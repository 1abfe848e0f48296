"""A few good records grown to many: what makes them what they are stays, and none is a copy."""
