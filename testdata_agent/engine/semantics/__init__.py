"""What the fields of a schema mean, read from their names, types and neighbours, and what follows for how they are made."""
