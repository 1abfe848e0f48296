"""Model providers: one port, and an adapter for each protocol that is spoken."""
