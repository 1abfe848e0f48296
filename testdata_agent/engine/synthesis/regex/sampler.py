"""Draws strings out of an automaton whose strings are counted."""

from functools import lru_cache
from typing import Any

import numpy as np

from testdata_agent.engine.synthesis.hashing import U64, mix_one
from testdata_agent.engine.synthesis.regex import faults
from testdata_agent.engine.synthesis.regex.alphabet import alphabet_of
from testdata_agent.engine.synthesis.regex.charsets import ALPHANUMERIC
from testdata_agent.engine.synthesis.regex.counting import Counts, Lengths, count_strings
from testdata_agent.engine.synthesis.regex.dfa import Dfa
from testdata_agent.engine.synthesis.regex.dialect import compile_re2
from testdata_agent.engine.synthesis.regex.faults import Budget, RegexFault
from testdata_agent.engine.synthesis.regex.nfa import compile_nfa
from testdata_agent.engine.synthesis.regex.syntax import Chars, Node, Repeat, Sequence, parse
from testdata_agent.engine.synthesis.regex.walking import Walker

#: Steps that one pattern may cost; about 0.2 s.
WORK = 400_000

#: Samplers that are kept.
_KEPT = 128

#: Strings compared with RE2 before a pattern is taken.
_TRIALS = 8

#: What stands around a searched match, in the order tried: `\\b` and `(?m)^` in a pattern need more than letters.
_PADDINGS = (ALPHANUMERIC, ((0x0A, 0x0A), (0x20, 0x7E)))


class RegexSampler:
    """Strings that match an RE2 pattern; which one is a pure function of a hash or of an index.

    Only characters that a person would type are drawn where the pattern leaves it open, and lengths stay near the
    shortest one possible; `space` counts the strings that can really come out.
    """

    pattern: str
    #: The number of distinct strings, exact up to 2**62 and 2**62 where there are more.
    space: int

    def __init__(
        self, pattern: str, *, min_length: int = 0, max_length: int | None = None, search: bool = False, wanted: int = 1
    ) -> None:
        """Compile `pattern`, or raise RegexFault.

        `min_length` and `max_length` are inclusive and count code points. `search` means that a match anywhere in the
        string will do (JSON Schema); the string is then the match alone, unless the lengths, or the `wanted` number
        of distinct strings, need something around it.
        """
        self.pattern = pattern
        self._re2: Any = compile_re2(pattern)
        self._search = search
        lengths = Lengths(max(min_length, 0), max_length)
        if max_length is not None and max_length < lengths.least:
            raise RegexFault(faults.NO_MATCH, f"no string has a length of {lengths}")
        tree = parse(pattern)
        counts = _count_padded(tree, lengths, wanted) if search else _count(tree, lengths, wanted)
        self.space = counts.space
        self._walker = Walker(counts)
        self._try()

    def sample(self, hashes: U64) -> list[str]:
        """One string for each hash (uint64): the same hash gives the same string, whatever stands beside it."""
        return self._walker.sample(np.asarray(hashes, dtype=np.uint64))

    def unrank(self, index: int) -> str:
        """The string number `index`: different ones for different indexes in [0, space), else IndexError."""
        if not 0 <= index < self.space:
            msg = f"index {index} is not within the {self.space} strings of the pattern"
            raise IndexError(msg)
        return self._walker.unrank(index, self.space)

    def matches(self, text: str) -> bool:
        """Whether RE2 says that `text` matches: in full, or anywhere in it where `search` was asked for."""
        found = self._re2.search(text) if self._search else self._re2.fullmatch(text)
        return found is not None

    def _try(self) -> None:
        """Ask RE2 about some strings: a reading of the pattern that differs from its own must not go unnoticed."""
        hashes = np.array([mix_one(number + 1) for number in range(_TRIALS)], dtype=np.uint64)
        for text in (*self.sample(hashes), self.unrank(0), self.unrank(self.space - 1)):
            if not self.matches(text):
                raise RegexFault(faults.UNSUPPORTED, "the pattern uses a form that cannot be sampled")


@lru_cache(maxsize=_KEPT)
def sampler_for(
    pattern: str, *, min_length: int = 0, max_length: int | None = None, search: bool = False
) -> RegexSampler:
    """The sampler of a pattern, kept for who asks again; raises RegexFault."""
    return RegexSampler(pattern, min_length=min_length, max_length=max_length, search=search)


def _count_padded(tree: Node, lengths: Lengths, wanted: int) -> Counts:
    """The match alone where that will do, else with something around it: letters and digits first."""
    best: Counts | None = None
    refusals: list[RegexFault] = []
    for padding in (None, *_PADDINGS):
        around = Repeat(Chars(padding), 0, None) if padding else Sequence(())
        try:
            best = _count(Sequence((around, tree, around)), lengths, wanted)
        except RegexFault as fault:
            refusals.append(fault)
        if best is not None and best.space >= wanted:
            break
        if refusals and refusals[-1].reason != faults.NO_MATCH:
            break
    if best is None:
        raise refusals[-1]
    # Fewer than wanted is still an answer: `space` says how many, and what more would have cost is not asked again.
    return best


def _count(tree: Node, lengths: Lengths, wanted: int) -> Counts:
    budget = Budget(WORK)
    nfa = compile_nfa(tree)
    alphabet = alphabet_of(nfa.sets, by_kind=nfa.has_assertions, budget=budget)
    return count_strings(Dfa(nfa, alphabet, budget), alphabet, lengths, wanted, budget)
