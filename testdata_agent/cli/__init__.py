"""The `testdata` command."""
