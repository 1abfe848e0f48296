"""Where things are kept: each folder holds a Protocol in `base.py` and its adapters side by side."""
