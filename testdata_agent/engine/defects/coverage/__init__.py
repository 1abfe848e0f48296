"""Sets of records that reach every bound, listed value, null and pair of these: covering arrays, made greedily."""
