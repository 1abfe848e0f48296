"""Runs whose records are a set: as many of it as were asked for, or all."""

from collections.abc import Mapping
from dataclasses import replace

from testdata_agent.engine.defects.asking import Defecting
from testdata_agent.engine.defects.defect import DefectMode
from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run


def as_set(run: Run, defects: Defecting, request: GenerationRequest, spaces: Mapping[str, int]) -> Run:
    """The run of the set that a request's mode asks for; the run itself where it asks for none.

    Raises:
        InvalidRequest: the first row lies behind the set, or no field has anything to cover.
    """
    options = defects.options
    if options.mode is DefectMode.EACH:
        return run
    covering = run.set_of_defects(space=min(spaces.values(), default=None))
    size = len(covering.texts)
    if not size:
        words = "no field has bounds, listed values, null or absence to cover; give it some, or leave the mode at each"
        raise InvalidRequest([Violation("defects.mode", "NOTHING_TO_COVER", words)])
    if run.first_row >= size:
        words = f"the set has {size} records, the first of them 0"
        raise InvalidRequest([Violation("first_row", "INVALID_FIRST_ROW", words)])
    left = size - run.first_row
    count = left if options.whole else min(left, request.count)
    warnings = [*run.warnings, *_warnings(run.first_row + count, size, count, 0 if options.whole else request.count)]
    segments = (replace(run.segments[-1], start=0, stop=count),)
    return replace(run, count=count, segments=segments, covering=covering, warnings=tuple(warnings))


def _warnings(end: int, size: int, count: int, wanted: int) -> list[str]:
    if wanted > count:
        return [f"the set has {size} records; {wanted} were asked for, and {count} are all that follow"]
    if end < size:
        return [
            f"the set has {size} records, of which these are {count}: only the whole set covers what its manifest says"
        ]
    return []
