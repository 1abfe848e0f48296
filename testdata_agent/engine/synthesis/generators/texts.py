"""Texts out of pools and patterns."""

from collections.abc import Sequence
from typing import Protocol

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Choices, Column, Texts, Words
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute


class Sampler(Protocol):
    """What matches a regular expression."""

    space: int

    def sample(self, hashes: U64) -> list[str]:
        """One text a hash."""
        ...

    def unrank(self, index: int) -> str:
        """Distinct texts for distinct indices below `space`."""
        ...


def pooled(words: Words) -> Maker:
    """One of the words, all alike."""

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(hashing.below(hashes[0], len(words)), words)

    return make


def pooled_unique(words: Words, key: int) -> Maker:
    """Every row another one of the words."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Choices(permute(level.numbers(), len(words), key ^ frame.seed), words)

    return make


def matching(sampler: Sampler) -> Maker:
    """Texts that match a regular expression."""

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Texts(sampler.sample(hashes[0]))

    return make


def matching_unique(sampler: Sampler, key: int) -> Maker:
    """Distinct texts that match a regular expression."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Texts([sampler.unrank(i) for i in permute(level.numbers(), sampler.space, key ^ frame.seed).tolist()])

    return make
