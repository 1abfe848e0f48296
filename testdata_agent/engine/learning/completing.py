"""Scrubbed records made whole: the engine makes all that is not kept, and derives what follows from the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from testdata_agent.engine.coherence.report import OF_TASTE, Fault
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.block import Block
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.fill import Fill
from testdata_agent.engine.variation.fitting import wishes_of
from testdata_agent.engine.variation.layout import Layout, Role
from testdata_agent.engine.variation.shelf import Wishes, shelved

#: Records that are completed together.
PART: Final = 500


@dataclass(frozen=True, slots=True)
class Completed:
    """One record.

    Attributes:
        text: As JSON, without envelope; None: what is kept of it breaks its schema.
        faults: Why it does.
    """

    text: str | None
    faults: tuple[Fault, ...] = ()


class Completing:
    """Completes the records of one run's schema. The run has no scenarios."""

    def __init__(self, run: Run, layout: Layout, locked: frozenset[str]) -> None:
        """Takes the fields that make the records interesting, as `locked_fields` gives them."""
        self._run, self._segment, self._layout = run, run.segments[0], layout
        self._wishes = _all_kept(layout, wishes_of(layout, run.outline.derived, locked))
        self._writer = run.renderings.json().writer()

    def complete(self, first: int, records: Sequence[Mapping[str, Any]]) -> list[Completed]:
        """Completes at most PART scrubbed records, at least one; what is made in them is that of rows from `first`."""
        run, numbers = self._run, np.arange(first, first + len(records), dtype=np.int64)
        exemplars = [Exemplar(number, record) for number, record in enumerate(records)]
        fill = Fill(shelved(self._layout, exemplars, [self._wishes] * len(records)), None, unmoved=False)
        chosen = np.arange(len(records), dtype=np.int64)
        block = Block(fill, numbers, chosen, seed=run.seed, as_of=run.as_of, attempt=0)
        frame, failing = self._segment.plan.tried_around(block.given(), numbers, seed=run.seed, as_of=run.as_of)
        block.finish(frame)
        texts = self._writer.rows(frame)
        faults: dict[int, list[Fault]] = {}
        for fault in run.score(texts).faults:
            if fault.check not in OF_TASTE:
                faults.setdefault(fault.row, []).append(fault)
        for row in np.flatnonzero(failing).tolist():
            message = "no draw of what is not kept meets the schema's rules"
            faults.setdefault(row, [Fault(row, "", "rules", message)])
        return [
            Completed(None, tuple(faults[row])) if row in faults else Completed(text) for row, text in enumerate(texts)
        ]


def _all_kept(layout: Layout, wishes: Wishes) -> Wishes:
    """Nothing moves and nothing is lent: what was not replaced stays as it is."""
    taken = {path for path, leaf in layout.leaves.items() if leaf.role is Role.TAKEN}
    lists = {path for path, holder in layout.holders.items() if holder.array}
    return replace(wishes, kept=wishes.kept | taken | lists)
