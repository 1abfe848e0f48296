"""A run's rows made of patterns, scenario by scenario; what no pattern can make, the engine makes.

Every row is a function of the seed, its number and the patterns, so any part of a run can be made by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from testdata_agent.engine.coherence.report import CoherenceReport
from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.render.style import PLAIN
from testdata_agent.engine.request import GenerationMethod, OutputFormat
from testdata_agent.engine.run import Run, Segment
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.likeness import FieldLikeness
from testdata_agent.engine.variation.patterns import Variation, Varied

#: Records that are compared with samples, at the most.
SAMPLE_RECORDS: Final = 256


@dataclass
class Grown:
    """What has been made.

    Attributes:
        by_path: Records by who made them: patterns (`rag`) or the engine.
        rejected: Attempts at a record that were made again, by reason.
        used: Records by the key of the exemplar that they take after.
        passed, applied: Checks of the records.
        compared: Tells how like the records are to the samples that they follow; None: they follow none.
    """

    by_path: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    applied: int = 0
    compared: Callable[[], tuple[FieldLikeness, ...]] | None = None

    @cached_property
    def likeness(self) -> tuple[FieldLikeness, ...]:
        """How like records that follow samples are to these, field by field; once all are made."""
        return () if self.compared is None else self.compared()

    def took(self, varied: Varied) -> None:
        """Counts what patterns made."""
        if varied.rows:
            self.by_path[GenerationMethod.RAG.value] += len(varied.rows)
        self.rejected.update(varied.rejected)
        self.used.update({str(key): count for key, count in varied.used.items()})
        self.passed += varied.passed
        self.applied += varied.applied

    @property
    def records(self) -> int:
        """How many there are."""
        return self.by_path.total()

    @property
    def varied(self) -> int:
        """Those that patterns made."""
        return self.by_path[GenerationMethod.RAG.value]

    @property
    def why_not(self) -> str:
        """Why the engine had to make records, as one clause; empty where it did not have to."""
        count = self.by_path[GenerationMethod.TRADITIONAL.value]
        if not count:
            return ""
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(self.rejected.items()))
        return f"of {count} records no variation of a pattern could be taken" + (f" ({reasons})" if reasons else "")

    @property
    def report(self) -> CoherenceReport:
        """The score of all of them."""
        score = self.passed / self.applied if self.applied else None
        return CoherenceReport(score, self.passed, self.applied, self.records, (), {})


class Growth:
    """Makes the rows of one run.

    Attributes:
        run: Whose valid rows are made.
        grown: What has been made.
    """

    def __init__(
        self, run: Run, exemplars: Mapping[str, Sequence[Exemplar]], threshold: float, *, faithful: bool = False
    ) -> None:
        """Prepares nothing yet.

        Args:
            run: Admitted.
            exemplars: Of its scenarios; those of "": of all others.
            threshold: Least score of a record.
            faithful: Whether the exemplars are samples whose distributions the rows follow.
        """
        self._faithful, self._sample = faithful, list[str]()
        self._asked = replace(run, output_format=OutputFormat.JSON, style=PLAIN)
        self.run = replace(self._asked, defects=None)
        self.grown = Grown()
        shares: dict[str, list[Segment]] = defaultdict(list)
        for segment in self.run.segments:
            shares[segment.scenario if segment.scenario in exemplars else ""].append(segment)
        self._variations = [
            Variation(
                replace(self.run, segments=tuple(segments)), exemplars[name], threshold=threshold, faithful=faithful
            )
            for name, segments in shares.items()
            if exemplars.get(name)
        ]
        if faithful and self._variations:
            # Of several sets of samples, the first.
            self.grown.compared = lambda: self._variations[0].likeness(self._sample)

    def unfit(self) -> Mapping[str, int]:
        """Why no exemplar can serve any row: exemplars by reason; empty: some can."""
        if any(variation.usable() for variation in self._variations):
            return {}
        return sum((Counter(variation.passed_over()) for variation in self._variations), Counter())

    def rows(self, start: int, stop: int, tally: DefectTally | None = None) -> list[str]:
        """Rows [start, stop), relative to the run's first, as JSON; with the defects that the run asks for.

        Raises:
            UnsatisfiableError: of a row that the engine had to make and could not, or that no defect fits.
        """
        made: dict[int, str] = {}
        for variation in self._variations:
            varied = variation.rows(start, stop)
            made |= varied.rows
            self.grown.took(varied)
        missing = [row for row in range(start, stop) if row not in made]
        if missing:
            made |= self._by_engine(missing)
        rows = [made[row] for row in range(start, stop)]
        if self._faithful and len(self._sample) < SAMPLE_RECORDS:
            self._sample += rows[: SAMPLE_RECORDS - len(self._sample)]
        return self._asked.defective(rows, start, tally)

    def _by_engine(self, rows: Sequence[int]) -> dict[int, str]:
        texts = [self.run.rows(row, row + 1)[0] for row in rows]
        report = self.run.score(texts)
        self.grown.by_path[GenerationMethod.TRADITIONAL.value] += len(texts)
        self.grown.passed += report.passed
        self.grown.applied += report.applied
        return dict(zip(rows, texts, strict=True))
