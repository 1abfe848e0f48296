"""What stores have to say to whoever runs them."""

from typing import Protocol


class Tell(Protocol):
    """Takes note of an event, as a log does."""

    def __call__(self, event: str, **facts: str | float) -> object:
        """An event in one word, and what is to be known of it."""
        ...
