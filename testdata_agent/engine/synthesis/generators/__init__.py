"""Makers of columns, one noun a file. Each function returns a `Maker` for `frame.Node`."""
