"""The model path: batches of records that a model writes and the engine completes."""
