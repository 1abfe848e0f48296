"""Keys in the words of others: servers that refuse a key like to quote it."""


def hidden(text: str, *secrets: str | None) -> str:
    """`text` with each of these secrets replaced by `***`."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text
