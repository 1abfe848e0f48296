"""The step after every path: valid records go in, each comes out with one named defect."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from json import loads
from math import gcd
from typing import Any

import orjson

from testdata_agent.engine.coherence.named import DEFECT_KEY, FOUND_KEY
from testdata_agent.engine.defects.case import Case, Change
from testdata_agent.engine.defects.catalogue import Catalogue
from testdata_agent.engine.defects.defect import DefectClass
from testdata_agent.engine.defects.derivation import Derivation
from testdata_agent.engine.defects.editing import apply, surrounded
from testdata_agent.engine.defects.judging import Confirmed, Judge
from testdata_agent.engine.defects.numbers import Number, as_written
from testdata_agent.engine.defects.spots import Site, json_pointer
from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.synthesis.hashing import mix_one, name_key
from testdata_agent.engine.variation.draws import Draws

#: Cases of one class that are tried in one record before another class is.
_MOST_TRIED = 60
#: Draws of the place for a case that is to be had in one record.
_ATTEMPTS = 3
#: Gives the finished record of a row; None: it cannot be had.
Earlier = Callable[[int], str | None]
#: Gives a valid record for a row, as JSON with its envelope: the so-manieth beside the row's own; None: there is none.
Donor = Callable[[int, int], str | None]


@dataclass
class DefectTally:
    """What was delivered.

    Attributes:
        classes, verdicts: Records by class and by verdict.
        replaced: Mutations that the checks did not confirm; another one was delivered in the place of each.
    """

    classes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    replaced: int = 0

    def count(self, texts: Iterable[str]) -> None:
        """Takes in finished records, by what they say of themselves."""
        for text in texts:
            named = orjson.loads(text).get(DEFECT_KEY)
            if named is not None:
                self.classes[named["class"]] += 1
                self.verdicts[named["verdict"]] += 1

    def notes(self) -> dict[str, Any]:
        """As the notes of jobs, which are added up, hold them; empty where nothing was given a defect."""
        if not self.classes:
            return {}
        counts = {"records_by_class": dict(self.classes), "records_by_verdict": dict(self.verdicts)}
        return {"defects": {**counts, "replaced": self.replaced}}


@dataclass(frozen=True, slots=True)
class _Made:
    text: str
    defect_class: DefectClass
    verdict: str
    replaced: int


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether a stored defect can be had with no other rule broken, and whether at all."""

    alone: bool
    at_all: bool


class DefectStep:
    """Mutates records, one after another: row by row what is done depends on seed, row and record alone."""

    def __init__(
        self,
        catalogue: Catalogue,
        judge: Judge,
        classes: Sequence[DefectClass],
        *,
        seed: int,
        as_of: int,
        donor: Donor | None = None,
    ) -> None:
        """Takes the classes to go through, all of which the catalogue has cases of; and who has other records."""
        self._catalogue = catalogue
        self._derivation = catalogue.derivation(as_of)
        self._judge = judge
        self._classes = tuple(classes)
        self._seed = seed
        self._as_of = as_of
        self._donor = donor
        self._reaches: dict[str, _Reach] = {}

    def rows(
        self, texts: Sequence[str], first: int, *, earlier: Earlier | None = None, tally: DefectTally | None = None
    ) -> list[str]:
        """Records with their defects.

        Args:
            texts: Valid records as JSON, envelope and all.
            first: `_index` of the first of them.
            earlier: Gives the finished record of any row before a row; None: nothing is compared across records.
            tally: Counts.

        Raises:
            UnsatisfiableError: nothing of the classes asked for can be done to one of the records.
        """
        made = [self._row(text, first + number, earlier) for number, text in enumerate(texts)]
        if tally is not None:
            tally.classes.update(each.defect_class.value for each in made)
            tally.verdicts.update(each.verdict for each in made)
            tally.replaced += sum(each.replaced for each in made)
        return [each.text for each in made]

    @property
    def derivation(self) -> Derivation:
        """The schema's deriving rules, as of the run's instant."""
        return self._derivation

    def mutated(
        self, case: Case, record: Mapping[str, Any], row: int, *, covers: Sequence[str]
    ) -> tuple[str, str] | None:
        """One valid record with this defect, and the verdict; None: it is not wrong in exactly that.

        Args:
            case: What to do.
            record: Read with `Number`.
            row: Its `_index`.
            covers: Goals that it is made for; `_defect` names them.
        """
        for attempt in range(_ATTEMPTS):
            site = Site(record, row, self._as_of, Draws(self._seed, row, attempt))
            change = case.change(site)
            made = None if change is None else self._made(case, change, site, covers)
            if made is not None:
                return made
        return None

    def _row(self, text: str, row: int, earlier: Earlier | None) -> _Made:
        record, replaced = loads(text, parse_float=Number), 0
        for tried, case in enumerate(self._candidates(row), 1):
            site = Site(record, row, self._as_of, Draws(self._seed, row, tried), _reader(earlier, row))
            change = case.change(site)
            is_stored = case.stored is not None
            found = None if change is None else self._made(case, change, site, alone=is_stored)
            if found is None and is_stored:
                found = self._replayed(case, change, site)
            if found is not None:
                return _Made(found[0], case.defect_class, found[1], replaced)
            replaced += change is not None
        names = ", ".join(self._classes)
        words = f"row {row}: nothing of the classes {names} can be done to this record alone; ask for more classes"
        raise UnsatisfiableError(Violation("defects.classes", "NO_DEFECT_FITS", words))

    def _replayed(self, case: Case, change: Change | None, site: Site) -> tuple[str, str] | None:
        """A stored defect in a record in which its value alone does not do it; None: it cannot be had.

        Where it can be had with no other rule broken it is; else whatever breaks with it is told.
        """
        reach = self._reach(case)
        found = self._sought(case, site, alone=True) if reach.alone else None
        if found is None and change is not None:
            found = self._made(case, change, site)
        return self._sought(case, site, alone=False) if found is None and reach.at_all else found

    def _reach(self, case: Case) -> _Reach:
        """Whether it can be had: asked once, of a record that is nobody's, so that no row depends on another."""
        reach = self._reaches.get(case.id)
        if reach is None:
            text = None if self._donor is None else self._donor(0, 0)
            reach = _Reach(alone=True, at_all=True)
            if text is not None:
                first = Site(loads(text, parse_float=Number), 0, self._as_of, Draws(self._seed, 0, 0))
                alone = self._sought(case, first, alone=True) is not None
                reach = _Reach(alone, alone or self._sought(case, first, alone=False) is not None)
            self._reaches[case.id] = reach
        return reach

    def _sought(self, case: Case, site: Site, *, alone: bool) -> tuple[str, str] | None:
        def donor(turn: int) -> Mapping[str, Any] | None:
            text = None if self._donor is None else self._donor(site.row, turn)
            return None if text is None else loads(text, parse_float=Number)

        for other, change in self._catalogue.replaying.sites(case, site, donor):
            found = self._made(case, change, other, alone=alone)
            if found is not None:
                return found
        return None

    def _made(
        self, case: Case, change: Change, site: Site, covers: Sequence[str] = (), *, alone: bool = False
    ) -> tuple[str, str] | None:
        """The finished text and its verdict; None: it is not wrong in exactly that, or not `alone` as asked."""
        base = site.record
        if change.beside:
            base = self._derivation.renewed(surrounded(base, change), ())
        changed = self._derivation.renewed(apply(base, change), change.pointer)
        body = orjson.dumps(changed, default=as_written)
        before = site.before() if "duplicates" in case.checks else None
        confirmed = self._judge.confirm(case, change, orjson.loads(body), site.record, before)
        if confirmed is None or (alone and not confirmed.alone):
            return None
        told = _note(case, change, confirmed) | ({"covers": list(covers)} if covers else {})
        note = orjson.dumps(told).decode()
        return f'{body[:-1].decode()},"{DEFECT_KEY}":{note}}}', confirmed.verdict.value

    def _candidates(self, row: int) -> Iterator[Case]:
        """The row's own case, then others of its class, then those of the other classes."""
        count = len(self._classes)
        for turn in range(count):
            chosen = self._classes[(row + turn) % count]
            cases = self._catalogue.cases[chosen]
            start = row // count + mix_one(self._seed ^ name_key(chosen))
            stride = _stride(len(cases))
            for attempt in range(min(len(cases), _MOST_TRIED)):
                yield cases[(start + attempt * stride) % len(cases)]


def _reader(earlier: Earlier | None, row: int) -> Callable[[], Mapping[str, Any] | None]:
    @cache
    def read() -> Mapping[str, Any] | None:
        text = None if earlier is None or row == 0 else earlier(row - 1)
        return None if text is None else orjson.loads(text)

    return read


def _stride(count: int) -> int:
    """A step that goes through so many cases without repeats, far from the next rows' own."""
    stride = max(1, count * 5 // 8)
    while gcd(count, stride) > 1:
        stride += 1
    return stride


def _note(case: Case, change: Change, confirmed: Confirmed) -> dict[str, Any]:
    note: dict[str, Any] = {
        "id": case.id,
        "class": case.defect_class.value,
        "pointer": json_pointer(change.pointer),
        "rule": f"{case.rule}; {change.rule}" if change.rule else case.rule,
        "verdict": confirmed.verdict.value,
    }
    if confirmed.found:
        note[FOUND_KEY] = list(confirmed.found)
    return note
