"""What a request asks for in the way of defects, and what is wrong with that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.defects.catalogue import Catalogue
from testdata_agent.engine.defects.coverage.building import Donors
from testdata_agent.engine.defects.coverage.covering import CoveringSet, covering_set
from testdata_agent.engine.defects.defect import DefectClass, DefectMode, DefectOptions, is_hint, mode_of, words_of
from testdata_agent.engine.defects.judging import Judge, Validity
from testdata_agent.engine.defects.step import DefectStep, Donor
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, OutputFormat

_KNOWN = ", ".join(DefectClass)
_JQ = "records without `_defect` are had by taking that member away"


@dataclass(frozen=True, slots=True)
class Defecting:
    """Defects of one schema, as asked for.

    Attributes:
        classes: Those to go through.
        validity: What a JSON Schema says of records by itself; None: the schema is of another form.
    """

    catalogue: Catalogue
    options: DefectOptions
    classes: tuple[DefectClass, ...]
    validity: Validity | None = None

    @property
    def stored_ids(self) -> tuple[str, ...]:
        """Of the stored defects that are among those to choose from."""
        used = DefectClass.HISTORICAL in self.classes and self.options.mode is DefectMode.EACH
        return tuple(each.defect_id for each in self.options.stored) if used else ()

    def covering(self, scorer: Scorer, donors: Donors, *, seed: int, as_of: int) -> CoveringSet:
        """The set of one run, in a mode that asks for one."""
        step = self.step(scorer, seed=seed, as_of=as_of)
        return covering_set(self.catalogue, Judge(scorer, self.validity), step, donors, self.options.mode)

    def step(self, scorer: Scorer, *, seed: int, as_of: int, donor: Donor | None = None) -> DefectStep:
        """The step of one run; `donor` gives other valid records for a row."""
        judge = Judge(scorer, self.validity)
        return DefectStep(self.catalogue, judge, self.classes, seed=seed, as_of=as_of, donor=donor)


def asked(request: GenerationRequest) -> tuple[DefectOptions | None, list[Violation]]:
    """The options of a request, None where it wants no defects; and what is wrong with them."""
    options = request.defects or (DefectOptions() if request.defect_triggering else None)
    if options is None:
        return None, []
    faults = _format_faults(request)
    words = [word for hint in request.hints if is_hint(hint) for word in words_of(hint)]
    named = [word for word in words if word not in list(DefectMode)]
    faults += [*_unknown("defects.classes", options.classes), *_unknown("hints", named)]
    known = [name.strip().lower() for name in (*options.classes, *named)]
    classes = tuple(dict.fromkeys(name for name in known if name in list(DefectClass)))
    mode = mode_of(options, request.hints)
    if mode is not DefectMode.EACH:
        faults += _set_faults(request, mode, classes)
    return replace(options, classes=classes, mode=mode), faults


def defecting(
    catalogue: Catalogue, options: DefectOptions, validity: Validity | None
) -> tuple[Defecting, list[Violation]]:
    """The defects of a schema, and what it has no place for."""
    wanted = [DefectClass(name) for name in options.classes]
    there = catalogue.classes
    faults = [_no_place(each, there) for each in wanted if each not in there]
    classes = tuple(each for each in there if each in wanted) if wanted else there
    return Defecting(catalogue, options, classes, validity), faults


def _format_faults(request: GenerationRequest) -> list[Violation]:
    faults = []
    if request.output_format not in {OutputFormat.JSON, OutputFormat.NDJSON}:
        words = (
            f"{request.output_format.value.upper()} has no place to say what is wrong with each record: ask for JSON "
            "or NDJSON, whose records say it in `_defect`"
        )
        faults.append(Violation("output_format", "DEFECTS_NEED_JSON", words))
    if not request.envelope:
        words = f"the envelope says what is wrong with each record, in `_defect`: leave it on; {_JQ}"
        faults.append(Violation("envelope", "DEFECTS_NEED_ENVELOPE", words))
    return faults


def _set_faults(request: GenerationRequest, mode: DefectMode, classes: Sequence[str]) -> list[Violation]:
    faults = []
    if request.scenarios:
        words = (
            f"the records of a set ({mode.value}) are of one kind: leave scenarios out, or ask for each of them alone"
        )
        faults.append(Violation("scenarios", "SET_WITH_SCENARIOS", words))
    if request.method not in {None, GenerationMethod.TRADITIONAL}:
        words = f"the engine makes the records of a set ({mode.value}): leave generation_method unset"
        faults.append(Violation("generation_method", "SET_OF_THE_ENGINE", words))
    if classes:
        words = f"a set ({mode.value}) has no classes to choose: leave them out, or leave the mode at each"
        faults.append(Violation("defects.classes", "SET_WITH_CLASSES", words))
    return faults


def _unknown(field: str, names: Iterable[str]) -> list[Violation]:
    faults = []
    for name in names:
        if name.strip().lower() in list(DefectClass):
            continue
        near = get_close_matches(name[:60].lower(), list(DefectClass), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ";"
        words = f"unknown class of defects {name[:60]!r}{hint} known: {_KNOWN}"
        faults.append(Violation(field, "UNKNOWN_DEFECT_CLASS", words))
    return faults


def _no_place(wanted: DefectClass, there: Sequence[DefectClass]) -> Violation:
    if wanted is DefectClass.HISTORICAL:
        words = "no defects are stored for it; record one with RecordDefect, or ask for the other classes"
        return Violation("defects.classes", "NO_STORED_DEFECTS", words)
    words = f"no field of the schema has a place for defects of the class {wanted.value}; it has for {', '.join(there)}"
    return Violation("defects.classes", "NO_PLACE_FOR_DEFECT", words)
