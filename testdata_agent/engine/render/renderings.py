"""The formats by name, and how long arrays can be in what they write."""

from collections.abc import Hashable, Iterable

from testdata_agent.engine.render.base import Rendering
from testdata_agent.engine.render.csv import CsvRendering
from testdata_agent.engine.render.json import JsonRendering
from testdata_agent.engine.render.sql import SqlRendering
from testdata_agent.engine.render.style import PLAIN, Style
from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.schema.model import FieldType, Schema
from testdata_agent.engine.synthesis.lengths import item_range
from testdata_agent.engine.synthesis.limits import Limits

#: The most items of each array, by its path, in the order of the schema.
Lengths = tuple[tuple[str, int], ...]


def most_items(limits: Limits) -> Lengths:
    """What a plan under these limits can give."""
    return tuple(
        (path, item_range(spec, limits.lengths.get(path))[1])
        for path, spec in limits.fields.items()
        if spec.type is FieldType.ARRAY
    )


def longest(plans: Iterable[Lengths]) -> Lengths:
    """What any of several plans of one schema can give."""
    together = list(dict.fromkeys(plans))
    if len(together) == 1:
        return together[0]
    return tuple(max(same, key=lambda length: length[1]) for same in zip(*together, strict=True))


class Renderings:
    """The ways in which records of one schema can be written."""

    def __init__(self, schema: Schema, lengths: Lengths, money_digits: int) -> None:
        """Takes the effective schema, the most items of its arrays and the most digits of its money."""
        self._schema, self._lengths, self._money_digits = schema, dict(lengths), money_digits
        self._made: dict[Hashable, Rendering] = {}

    def of(self, output_format: OutputFormat, style: Style) -> Rendering:
        """The way of a format; raises InvalidRequest where it cannot hold the schema."""
        found = self._made.get((output_format, style))
        if found is None:
            found = self._made[output_format, style] = self._make(output_format, style)
        return found

    def json(self) -> Rendering:
        """JSON, which scores are measured on."""
        return self.of(OutputFormat.JSON, PLAIN)

    def _make(self, output_format: OutputFormat, style: Style) -> Rendering:
        fields = self._schema.fields
        if output_format is OutputFormat.CSV:
            return CsvRendering(fields, self._lengths, guard_formulas=style.guard_formulas)
        if output_format is OutputFormat.SQL:
            return SqlRendering(self._schema, style.dialect, money_digits=self._money_digits)
        return JsonRendering(fields, lines=output_format is OutputFormat.NDJSON)
