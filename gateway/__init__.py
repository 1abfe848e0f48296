"""The front door: an asyncio gRPC server over the engine, with HTTP health and metrics beside it."""
