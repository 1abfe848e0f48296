"""Texts in tokens, about as a model's tokenizer cuts them: short words whole, long ones in pieces, marks in runs."""

import re

_TOKEN = re.compile(r" ?[A-Za-z]{1,6}| ?[^\W\dA-Za-z_]{1,2}|\d{1,3}|[^\w\s]{1,3}|_|\s+")


def tokens_of(text: str) -> list[str]:
    """The tokens of a text; together they are the text."""
    return _TOKEN.findall(text)
