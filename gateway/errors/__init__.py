"""Refusals: the catalogue of reasons, and how one travels over gRPC."""
