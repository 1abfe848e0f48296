"""Sentences to tokens, under limits that keep every later step short."""

import re
from dataclasses import dataclass
from typing import Final

#: Longest sentence, in characters; most tokens of a formula; longest number literal, in characters.
MAX_LENGTH: Final = 2000
MAX_TOKENS: Final = 300
MAX_NUMBER: Final = 30

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<op>==|!=|<>|<=|>=|≤|≥|≠|\*\*|=|<|>|\+|-|\*|/|\(|\)|\[|\]|,))"
)


class RuleSyntaxError(ValueError):
    """A sentence that does not parse; the message says where and why.

    Attributes:
        position: Character that it failed at, from 0; None where none is to blame.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class RuleLimitError(RuleSyntaxError):
    """A sentence past the language's limits: refused whatever it was meant as."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign.

    Attributes:
        kind: `number`, `name`, `text`, `op` or `end`.
        text: As written.
        word: A name in lower case, for comparison with the language's words; a sign as it is; else "".
        position: Its first character, from 0.
    """

    kind: str
    text: str
    word: str
    position: int


def tokens(sentence: str) -> list[Token]:
    """The tokens of a sentence and an end; raises RuleSyntaxError."""
    result: list[Token] = []
    at, end = 0, len(sentence.rstrip())
    while at < end:
        match = _TOKEN.match(sentence, at)
        if match is None:
            position = at + len(sentence[at:]) - len(sentence[at:].lstrip())
            raise RuleSyntaxError(f"unexpected {sentence[position]!r} at character {position + 1}", position)
        kind = str(match.lastgroup)
        text, position = match[kind], match.start(kind)
        if kind == "number" and len(text) > MAX_NUMBER:
            raise RuleLimitError(f"a number takes at most {MAX_NUMBER} characters", position)
        result.append(Token(kind, text, "" if kind in {"number", "text"} else text.lower(), position))
        if len(result) > MAX_TOKENS:
            raise RuleSyntaxError(f"a rule takes at most {MAX_TOKENS} words and signs", position)
        at = match.end()
    result.append(Token("end", "the end", "", end))
    return result
