"""Keys in the words of others: servers that refuse a key like to quote it."""

from typing import Final

#: What is shorter is no secret, but a placeholder that a server without keys is given; it would be in every word.
_SHORTEST: Final = 4


def hidden(text: str, *secrets: str | None) -> str:
    """`text` with each of these secrets replaced by `***`."""
    for secret in secrets:
        if secret and len(secret) >= _SHORTEST:
            text = text.replace(secret, "***")
    return text
