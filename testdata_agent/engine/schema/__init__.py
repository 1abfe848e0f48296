"""Entity schemas: the model, the dialects they are written in, and the registry of known entities."""
