"""Defects: a valid record and one named mutation of it, with the verdict that a correct system would reach."""
