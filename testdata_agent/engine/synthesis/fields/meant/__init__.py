"""Makers of fields that are made by what they mean; `making.maker_of` decides, one file for each kind."""
