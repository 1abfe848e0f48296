"""Why a pattern cannot give strings."""

#: RE2 does not take the pattern.
SYNTAX = "REGEX_SYNTAX"
#: The pattern uses what regular languages do not have, or RE2 does not.
UNSUPPORTED = "REGEX_UNSUPPORTED"
#: No string matches, or none of the lengths asked for.
NO_MATCH = "REGEX_NO_MATCH"
#: The pattern is fine but would cost too much time or memory to sample.
TOO_LARGE = "REGEX_TOO_LARGE"


class RegexFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """A pattern that is refused. `reason` is one of the constants of this module, `message` one plain sentence."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep both parts; the text of the exception is the message."""
        super().__init__(message)
        self.reason = reason
        self.message = message


class Budget:
    """Counts steps of work and refuses when they run out: the same pattern is refused on every machine."""

    def __init__(self, steps: int) -> None:
        """`steps` is what one pattern may cost in all."""
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take `steps` away; raises RegexFault TOO_LARGE when nothing is left."""
        self._left -= steps
        if self._left < 0:
            raise RegexFault(TOO_LARGE, "the pattern has too many ways to match; simplify its repetitions")
