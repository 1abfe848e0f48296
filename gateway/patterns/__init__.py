"""Stored patterns in a gateway: found for requests, varied into records, learned."""
