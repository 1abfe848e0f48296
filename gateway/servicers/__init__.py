"""One servicer a gRPC service; each converts, calls and converts back."""
