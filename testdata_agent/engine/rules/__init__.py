"""The rule language: parse once, then derive columns, check records and explain in words."""
