"""How the values of an entity's stored records are distributed, as GetPatternStats tells it."""

import asyncio
from collections.abc import Mapping
from typing import Final

from gateway.patterns.subjects import Subjects
from testdata_agent.engine.learning.statistics import FieldStatistics, statistics
from testdata_agent.engine.variation.layout import layout_of
from testdata_agent.stores.patterns import PatternKind
from testdata_agent.stores.patterns.library import PatternLibrary
from testdata_agent.v1 import patterns_pb2 as pb

#: Records that are looked at; more say little more.
MOST_RECORDS: Final = 2000
#: Records of bugs are as nobody wants them.
_KINDS: Final = frozenset({PatternKind.PATTERN, PatternKind.SAMPLE})


class Distributions:
    """Works them out."""

    def __init__(self, library: PatternLibrary, subjects: Subjects) -> None:
        """Takes where patterns are kept, and what finds what records are of."""
        self._library, self._subjects = library, subjects

    async def of(self, entity: str, domain: str) -> dict[str, pb.FieldStatistics]:
        """Of the patterns and samples of an entity, by path.

        Raises:
            Refusal: there is no such entity, or the name alone is not plain.
            LedgerUnreachable: the database does not answer.
        """
        run = await self._subjects.run_of(entity, domain, "", [])
        records = await self._library.records(run.schema.name, run.schema.domain, _KINDS, MOST_RECORDS)
        layout = layout_of(run, run.segments[0])
        found: Mapping[str, FieldStatistics] = await asyncio.to_thread(statistics, layout, records)
        return {path: _message(one) for path, one in found.items()}


def _message(field: FieldStatistics) -> pb.FieldStatistics:
    return pb.FieldStatistics(
        records=field.records,
        present=field.present,
        quantiles=[pb.FieldQuantile(percent=percent, value=value) for percent, value in field.quantiles],
        shares=field.shares,
    )
