"""The score: checks over finished records. Every check says of a record pass, fail or not applicable."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from testdata_agent.engine.coherence.checks import affinity, fields, places, sentiment
from testdata_agent.engine.coherence.report import CoherenceReport, Fault
from testdata_agent.engine.rules.records import compile_check, explain_failure
from testdata_agent.engine.rules.rulebook import compile_rules
from testdata_agent.engine.rules.syntax import paths
from testdata_agent.engine.schema.model import FieldType, Schema
from testdata_agent.engine.schema.shape import shape_of

__all__ = ["CoherenceReport", "Fault", "Scorer"]

#: Envelope keys, which are no part of a record.
ENVELOPE = ("_index", "_scenario", "_defect")
_Check = Callable[[Mapping[str, Any]], list[tuple[str, str]] | None]


class Scorer:
    """Scores records against one schema; compiled once, used for any number of records."""

    def __init__(self, schema: Schema, *, as_of: int, locale: str = "en_US") -> None:
        """Takes the effective schema and the instant that `now` means (epoch seconds)."""
        del locale
        self._unique = tuple(name for name, spec in schema.fields.items() if spec.unique)
        test = fields.object_test(schema.fields)
        self._checks: list[tuple[str, _Check]] = [("fields", lambda record: list(test(record, "")))]
        shape = shape_of(schema)
        book, _ = compile_rules(schema.coherence_rules, shape)
        for rule in (*book.deriving, *book.checking):
            self._checks.append((f"rule: {rule.text}", _rule_check(rule, shape, as_of)))
        names = schema.fields.keys()
        if any(spec.name == "zip" for _, spec in schema.leaves()):
            self._checks.append(("place", places.check))
        if "items" in names and schema.fields["items"].type is FieldType.ARRAY:
            self._checks.append(("affinity", affinity.check))
        if {"rating", "body"} <= names:
            self._checks.append(("sentiment", sentiment.check))

    def score_json(self, rows: Sequence[str | bytes]) -> CoherenceReport:
        """Scores rendered JSON objects; text that is no JSON object is a fault of the check `json`."""
        return self.score_records([orjson.loads(row) for row in rows])

    def score_records(self, records: Sequence[Mapping[str, Any]]) -> CoherenceReport:
        """Scores plain records."""
        faults: list[Fault] = []
        tally: dict[str, tuple[int, int]] = {}
        bare = [{key: value for key, value in record.items() if key not in ENVELOPE} for record in records]
        for name, check in self._checks:
            passed = applied = 0
            for row, record in enumerate(bare):
                findings = check(record)
                if findings is None:
                    continue
                applied += 1
                passed += not findings
                faults += [Fault(row, field, name, message) for field, message in findings]
            tally[name] = (passed, applied)
        tally["duplicates"] = self._duplicates(bare, faults)
        passed = sum(p for p, _ in tally.values())
        applied = sum(a for _, a in tally.values())
        score = passed / applied if applied else None
        return CoherenceReport(score, passed, applied, len(records), tuple(faults), tally)

    def _duplicates(self, records: Sequence[Mapping[str, Any]], faults: list[Fault]) -> tuple[int, int]:
        """Values of unique fields that came before."""
        if not self._unique:
            return 0, 0
        passed = 0
        seen: dict[str, set[Any]] = {name: set() for name in self._unique}
        for row, record in enumerate(records):
            again = [name for name in self._unique if name in record and str(record[name]) in seen[name]]
            faults += [Fault(row, name, "duplicates", f"{record[name]!r} was there before") for name in again]
            passed += not again
            for name in self._unique:
                if name in record:
                    seen[name].add(str(record[name]))
        return passed, len(records)


def _rule_check(rule: Any, shape: Any, as_of: int) -> _Check:
    holds = compile_check(rule, shape, as_of=as_of)
    field = rule.derives or next(paths(rule.expr), "")

    def check(record: Mapping[str, Any]) -> list[tuple[str, str]] | None:
        try:
            verdict = holds(record)
        except TypeError:
            return [(field, f"{rule.text}: the values are not of the types that the rule needs")]
        if verdict is None:
            return None
        return [] if verdict else [(field, explain_failure(rule, record, shape, as_of=as_of))]

    return check
