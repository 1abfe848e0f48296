"""Where places lie: latitude, longitude, and the time zones of US states."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog.tables import table_lines
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Choices, Column, Numbers
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import Frame, Level
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scales import scaled_bounds

#: Decimal digits of the table, and how far from the middle of its city a point lies at most, in the last of them.
_DIGITS, _SPREAD = 4, 120


def part(draft: Draft, path: str, spec: Field, drawn: str, wanted: str) -> Found:
    """Latitude or longitude of a point near the place that the column `drawn` names."""
    scale = draft.scale(spec)
    low, high = scaled_bounds(spec, scale)
    table = draft.resources.places
    column = 0 if wanted == "latitude" else 1
    middles = draft.resources.shared("coordinates", lambda: _coordinates(table))[:, column]
    draft.bounded.add(path)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        place = frame.columns[drawn]
        assert isinstance(place, Choices)
        values = middles[place.codes] + hashing.below(hashes[0], 2 * _SPREAD + 1) - _SPREAD
        moved = meant.rescaled(Numbers(values, _DIGITS), scale)
        return Numbers(meant.confined(moved, hashes[0], low, high), scale)

    return make, (drawn,), VALUE


def _coordinates(table: Any) -> NDArray[np.int64]:
    """(latitude, longitude) of every place in ten thousandths of a degree; where a city is not known, its country's."""
    known, whole = _known(table.country)
    middle = whole or (0, 0)
    rows = [
        known.get((c, r)) or known.get((c, "")) or known.get(("", r)) or middle
        for c, r in zip(table.cities, table.regions, strict=True)
    ]
    return np.array(rows, dtype=np.int64)


def _known(country: str) -> tuple[Mapping[tuple[str, str], tuple[int, int]], tuple[int, int] | None]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    whole: tuple[int, int] | None = None
    for code, city, region, latitude, longitude in table_lines("places/coordinates.tsv"):
        if code == country:
            point = (int(latitude), int(longitude))
            found[city, region] = point
            whole = point if not city and not region else whole
    return found, whole


@cache
def us_timezones() -> Mapping[str, str]:
    """Time zone that most of a US state keeps, by its code."""
    return {code: zone for code, _, zone in table_lines("places/us_states.tsv")}


@cache
def us_states() -> Mapping[str, str]:
    """Names of US states by their codes."""
    return {code: name for code, name, _ in table_lines("places/us_states.tsv")}
