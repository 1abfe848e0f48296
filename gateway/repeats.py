"""Requests that came before: what was found out about them need not be found out again.

Testers ask for the same thing over and over, with another seed, another page or none of these. Such a request is known
by a few of its fields, and gets the run of the one before with its own seed, instant and rows put in: in 3 us and in no
thread (docs/decisions/002).
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace

from testdata_agent.engine.defects.defect import DefectMode, is_hint, mode_of
from testdata_agent.engine.render.style import format_hint
from testdata_agent.engine.request import GenerationRequest, OutputFormat
from testdata_agent.engine.run import Run

#: Runs that are kept; the one that was asked for longest ago makes room.
KEPT_RUNS = 256
#: Larger requests are not compared, nor kept here.
MAX_REQUEST_BYTES = 64 * 1024

_SEEDS = 2**64


@dataclass(slots=True)
class _Known:
    run: Run
    #: The end of the rows that were ever admitted: what is within them is within every limit on rows.
    end: int


class Repeats:
    """Runs by what was asked for, for requests of MAX_REQUEST_BYTES at the most. For one thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()

    def find(self, request: GenerationRequest) -> Run | None:
        """The run of a request of the same plans whose own values are within bounds; None: ask the engine."""
        key = _key(request)
        known = None if key is None else self._known.get(key)
        if known is None or not _within_bounds(request, known.end):
            return None
        assert key is not None
        self._known.move_to_end(key)
        return _again(known.run, request)

    def keep(self, request: GenerationRequest, run: Run) -> None:
        """Remembers the run that the engine gave for a request."""
        key = _key(request)
        if key is None:
            return
        before = self._known.pop(key, None)
        end = request.first_row + request.count
        self._known[key] = _Known(run, end if before is None else max(end, before.end))
        if len(self._known) > KEPT_RUNS:
            self._known.popitem(last=False)


def tailored(request: GenerationRequest) -> bool:
    """Whether a request brings limits, scenarios or a schema of its own."""
    own = request.constraints or request.scenarios or request.overrides or request.schema_source is not None
    return bool(own) or _wants_set(request)


def _wants_set(request: GenerationRequest) -> bool:
    """Whether it asks for a set of defects, which depends on the seed and takes about a second."""
    return mode_of(request.defects, request.hints) is not DefectMode.EACH


def _key(request: GenerationRequest) -> Hashable | None:
    """All that plans and faults depend on; None where that cannot be compared in a few microseconds."""
    plain = (request.entity, request.domain, request.locale, _format_key(request), _defects_key(request))
    if (request.defects is not None and request.defects.stored) or _wants_set(request):
        return None
    if not tailored(request):
        return plain
    source = request.schema_source
    if source is not None and source.fields is not None:
        return None
    return (
        *plain,
        None if source is None else (source.kind, source.text),
        tuple(request.constraints.items()),
        tuple(request.overrides.items()),
        # Scenarios claim rows of the count; limits may be met at one instant and not at another.
        request.as_of,
        request.count if request.scenarios else 0,
        tuple((scenario.name, scenario.count, tuple(scenario.overrides.items())) for scenario in request.scenarios),
    )


def _defects_key(request: GenerationRequest) -> Hashable:
    """Defects need a format that can tell of them, and an envelope; hints may name their classes."""
    if request.defects is None and not request.defect_triggering:
        return None
    hints = tuple(hint for hint in request.hints if is_hint(hint))
    return request.envelope, request.defects, hints


def _format_key(request: GenerationRequest) -> Hashable:
    """What a schema may not fit into: JSON holds anything, whatever the hints are."""
    if request.output_format in {OutputFormat.JSON, OutputFormat.NDJSON}:
        return None
    return request.output_format, tuple(hint for hint in request.hints if format_hint(hint))


def _within_bounds(request: GenerationRequest, end: int) -> bool:
    threshold = request.coherence_threshold
    return (
        request.count >= 1
        and request.first_row >= 0
        and request.first_row + request.count <= end
        and request.seed is not None
        and 0 <= request.seed < _SEEDS
        and request.as_of is not None
        and (threshold is None or 0 <= threshold <= 1)
    )


def _again(run: Run, request: GenerationRequest) -> Run:
    assert request.seed is not None
    assert request.as_of is not None
    segments = run.segments
    if request.count != run.count:
        (whole,) = segments  # scenarios are known by the count, too
        segments = (replace(whole, stop=request.count),)
    return replace(
        run,
        seed=request.seed,
        as_of=request.as_of,
        count=request.count,
        first_row=request.first_row,
        output_format=request.output_format,
        envelope=request.envelope,
        segments=segments,
        cache_hit=True,
    )
