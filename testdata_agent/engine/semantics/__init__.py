"""What the fields of a schema mean, read from names, types and neighbours, and what follows for how they are made."""
