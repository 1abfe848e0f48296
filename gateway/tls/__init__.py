"""TLS of the gRPC port."""
