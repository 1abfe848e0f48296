"""Records with marks planted in them, in the forms of what must never be kept."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final

#: What stands in every mark; nothing that the engine makes holds it.
MARK: Final = "qzkanary"

FORMS: Final[Mapping[str, Callable[[int], str]]] = {
    "name": lambda n: f"Qzkanary{_letters(n)} Zoltanovich",
    "address": lambda n: f"qzkanary.{n}@corp.example.com",
    "telephone": lambda n: f"+1 (212) 867-{n % 10_000:04d} ext qzkanary{n}",
    "token": lambda n: f"qzkanary{n:08x}deadbeef",
    "prose": lambda n: f"Please call Qzkanary {_letters(n)}, account {10**9 + n}, before noon.",
    "word": lambda n: f"qzkanary{_letters(n)}",
    "shared": lambda _: "Qzkanary Quux",
}


def planted(value: Any, form: str, numbers: "count[int] | None" = None) -> Any:
    """The value with a mark in the place of every text."""
    numbers = numbers if numbers is not None else count()
    if isinstance(value, Mapping):
        return {name: planted(inner, form, numbers) for name, inner in value.items()}
    if isinstance(value, list):
        return [planted(inner, form, numbers) for inner in value]
    return FORMS[form](next(numbers)) if isinstance(value, str) else value


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
