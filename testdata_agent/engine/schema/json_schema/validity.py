"""Whether records are valid by the words of a JSON Schema, without what the house reads into it."""

from collections.abc import Mapping
from typing import Any

from testdata_agent.engine.schema.json_schema.document import Document
from testdata_agent.engine.schema.json_schema.faults import Faults
from testdata_agent.engine.schema.json_schema.reading import Reading
from testdata_agent.engine.schema.json_schema.values import fits

_RANGES = ("int32", "int64")
#: Keywords whose values are data, not schemas.
_DATA = frozenset({"enum", "const", "default", "examples", "example"})


class Validity:
    """One JSON Schema. Formats are notes to it, as the specification has them by default, and no conditions."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Takes a schema that `read_json_schema` takes."""
        faults = Faults("schema")
        document = Document(_without_ranges(data), faults)
        self._reading = Reading(document, faults)
        self._claims = self._reading.of((document.root,))

    def __call__(self, record: Mapping[str, Any]) -> bool:
        """Whether the record, which has no envelope, is valid."""
        return fits(record, self._claims, self._reading.of)


def _without_ranges(data: Any) -> Any:
    """The schema without the formats that the house takes for ranges of numbers."""
    if isinstance(data, list):
        return [_without_ranges(each) for each in data]
    if not isinstance(data, Mapping):
        return data
    return {
        key: value if key in _DATA else _without_ranges(value)
        for key, value in data.items()
        if not (key == "format" and value in _RANGES)
    }
