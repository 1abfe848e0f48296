"""A stand-in for model providers: a server on the loopback that speaks their protocols and fails on demand."""
