"""Generated stubs of the wire contract in `protos/`. Made by `make protos`; never edited."""
