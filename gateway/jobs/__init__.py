"""Jobs: written down in the ledger, made by workers, delivered from the record streams."""
