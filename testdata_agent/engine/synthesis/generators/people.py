"""A person: names, and the e-mail address and username that agree with them."""

from collections.abc import Callable, Sequence

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Choices, Column, Formatted, Part, objects
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.parts import wholes
from testdata_agent.engine.synthesis.pools import Pool

#: Domains that RFC 2606 reserves: no mail sent to them reaches anybody.
MAIL_DOMAINS = objects(
    ["@example.com", "@example.org", "@example.net", "@mail.example", "@post.example", "@inbox.test"]
)


def email(first: str, last: str, first_pool: Pool, last_pool: Pool, key: int) -> Maker:
    """`first.last217@example.org`: the number makes it unique by construction."""
    names = _names(first_pool, last_pool, ".")

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        one, other = frame.columns[first], frame.columns[last]
        assert isinstance(one, Choices)
        assert isinstance(other, Choices)
        numbers = short_numbers(level.numbers(), key ^ frame.seed)
        domains = MAIL_DOMAINS[hashing.below(hashes[0], len(MAIL_DOMAINS))].tolist()
        return Formatted(lambda: [*names(one, other), wholes(numbers), domains], level.size)

    return make


def username(first: str, last: str, first_pool: Pool, last_pool: Pool, key: int) -> Maker:
    """`first_last217`, unique by construction."""
    names = _names(first_pool, last_pool, "_")

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        one, other = frame.columns[first], frame.columns[last]
        assert isinstance(one, Choices)
        assert isinstance(other, Choices)
        numbers = short_numbers(level.numbers(), key ^ frame.seed)
        return Formatted(lambda: [*names(one, other), wholes(numbers)], level.size)

    return make


def _names(first_pool: Pool, last_pool: Pool, between: str) -> Callable[[Choices, Choices], list[Part]]:
    """Both names in ASCII letters and digits."""
    first_slugs, last_slugs = objects([slug + between for slug in first_pool.slugs]), objects(last_pool.slugs)
    return lambda first, last: [first_slugs[first.codes].tolist(), last_slugs[last.codes].tolist()]


def short_numbers(rows: I64, key: int) -> I64:
    """Distinct numbers, shuffled among those of equally many digits, so that few rows have short ones."""
    numbers = np.empty_like(rows)
    start, size = 0, 1000
    while True:
        inside = (rows >= start) & (rows < start + size)
        if inside.any():
            numbers[inside] = start + permute(rows[inside] - start, size, hashing.mix_one(key ^ size))
        if not len(rows) or int(rows.max()) < start + size:
            return numbers
        start += size
        size = start * 9
