"""Records of production systems, read where they lie."""
