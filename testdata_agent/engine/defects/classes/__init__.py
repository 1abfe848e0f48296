"""The catalogue, a file a class: each says of a place, or of a schema, what can be done to it there."""
