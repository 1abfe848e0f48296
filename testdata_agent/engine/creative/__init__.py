"""What a model writes of a record, and how the engine makes a whole record of it."""
