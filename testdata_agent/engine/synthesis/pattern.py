"""Id patterns such as `CRT-{year}-{random:7}`.

`{random:N}` is N digits, so that a pattern has 10**N texts. From `LONG` digits on, as record numbers are written, rows
past those go on with texts that begin with a letter (`A000000` … `ZZZZZZZ`), so that a stream of any length finds room
and small data sets read plainly. Shorter ones stay digits: a unique field has no more of them, another repeats them.
"""

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np

from testdata_agent.engine.synthesis.columns import I64, objects

_TOKEN = re.compile(r"\{(year|month|day|random:(\d+)|seq:(\d+))\}|[{}]")
_ALPHABET = objects(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
MAX_RANDOM = 10
#: Random parts of at least so many characters go on with letters.
LONG = 6


class PatternFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """A pattern that cannot be read; the message says why."""


class Token(Enum):
    """A part of a pattern that is filled in."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    RANDOM = "random"


_DATED = (Token.YEAR, Token.MONTH, Token.DAY)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern.

    Attributes:
        tokens: Literal texts, and what is filled in between them.
        digits: Length of the random part; 0 where there is none.
    """

    text: str
    tokens: tuple[str | Token, ...]
    digits: int

    @property
    def space(self) -> int:
        """How many distinct texts its random part gives."""
        return spread_space(self.digits) if self.digits else 1

    @property
    def length(self) -> int:
        """How long its texts are."""
        widths = {Token.YEAR: 4, Token.MONTH: 2, Token.DAY: 2, Token.RANDOM: self.digits}
        return sum(len(token) if isinstance(token, str) else widths[token] for token in self.tokens)

    @property
    def dated(self) -> bool:
        """Whether a date is part of it."""
        return not set(_DATED).isdisjoint(self.tokens)


def parse_pattern(text: str) -> Pattern:
    """Reads a pattern; raises PatternFault."""
    tokens: list[str | Token] = []
    digits, at = 0, 0
    for match in _TOKEN.finditer(text):
        tokens.append(text[at : match.start()])
        at = match.end()
        if match[1] is None:
            raise PatternFault(f"{text!r}: use {{year}}, {{month}}, {{day}} and one {{random:N}} between the braces")
        kind = match[1].split(":")[0]
        if kind in {"random", "seq"}:
            if digits:
                raise PatternFault(f"{text!r}: only one {{random:N}} is possible")
            digits = int(match[2] or match[3])
            if not 1 <= digits <= MAX_RANDOM:
                raise PatternFault(f"{text!r}: {{random:N}} takes 1 to {MAX_RANDOM} characters")
            kind = "random"
        tokens.append(Token(kind))
    tokens.append(text[at:])
    return Pattern(text, tuple(token for token in tokens if token), digits)


def is_pattern(text: str | None) -> bool:
    """Whether a field's format is a pattern and not a name."""
    return text is not None and "{" in text


def spread_space(digits: int) -> int:
    """Distinct texts of a random part of this length."""
    return int(10**digits + (26 * 36 ** (digits - 1) if digits >= LONG else 0))


def examples(pattern: Pattern) -> list[str]:
    """Texts of a pattern, the first and last ones of its digits and the ends of a year among them."""
    random = [sign * pattern.digits for sign in "0123456789"]
    dates = [("1970", "01", "01"), ("2025", "12", "31")]
    return [
        "".join(
            token if isinstance(token, str) else {Token.RANDOM: digits, **dict(zip(_DATED, date, strict=True))}[token]
            for token in pattern.tokens
        )
        for digits in random
        for date in dates
    ]


def random_texts(numbers: I64, digits: int) -> list[str]:
    """Distinct texts of `digits` characters of distinct numbers in [0, spread_space(digits))."""
    plain = 10**digits
    if not len(numbers) or numbers.max() < plain:
        return list(map(f"%0{digits}d".__mod__, numbers.tolist()))
    texts = objects(list(map(f"%0{digits}d".__mod__, np.minimum(numbers, plain - 1).tolist())))
    wide = numbers >= plain
    rest = numbers[wide] - plain
    tail = objects([""] * len(rest))
    for _ in range(digits - 1):
        rest, digit = np.divmod(rest, 36)
        tail = _ALPHABET[digit] + tail
    texts[wide] = _ALPHABET[rest + 10] + tail
    result: list[str] = texts.tolist()
    return result
