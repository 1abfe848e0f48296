"""What a model is told: first what all calls of a request share, then what one call is about."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.catalog.articles import taxonomy
from testdata_agent.engine.creative.answer_schema import RECORDS, field_words
from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.request import GenerationRequest, Scenario
from testdata_agent.engine.rules.explain import in_words
from testdata_agent.engine.rules.rulebook import compile_rules
from testdata_agent.engine.schema.shape import shape_of

#: Titles of records that exist already which one prompt names, at the most.
MOST_AVOIDED = 40
#: Characters of one example or of one record to correct that a prompt shows.
_LONGEST_SHOWN = 2_000

_TASK = """You write the creative part of test data for software testers: what has to make sense to a person reading it.
Ids, dates, contacts, sums and taxes are added by a program; never write them.
Answer with JSON alone: one object whose "{records}" lists the records, each with the short keys below and nothing else.
Be concrete and realistic, as real data is: names as a shop, a form or a customer would write them. No placeholders, \
no numbering, no two records alike. Keep texts as short as real ones are. Within a record everything must fit together.
Never write names, addresses or numbers of real people."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A record that could not be accepted.

    Attributes:
        written: What the model wrote, by the names of fields.
        reasons: What is wrong with it.
    """

    written: Mapping[str, Any]
    reasons: tuple[str, ...]


class Prompts:
    """The prompts of one scenario of a request."""

    def __init__(
        self,
        request: GenerationRequest,
        completion: Completion,
        scenario: Scenario | None,
        examples: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Takes the request, what is to be written, the scenario (None: the rows that none claims) and examples."""
        self._completion, self._scenario = completion, scenario
        self.static = "\n\n".join(filter(None, self._static(request, examples)))

    def write(self, count: int, first: int, total: int, avoid: Sequence[str] = ()) -> str:
        """Asks for new records.

        Args:
            count: How many.
            first: Which of all records the first of them is, from 0.
            total: How many there are to be in all.
            avoid: What exists already, in a few words each.
        """
        lines = [f"Write exactly {_records(count)}."]
        if total > count:
            lines.append(
                f"They are numbers {first + 1} to {first + count} of {total}; others write the rest at the same time. "
                "Choose what the others are unlikely to choose."
            )
        if avoid:
            lines.append("These exist already; write others: " + "; ".join(avoid[:MOST_AVOIDED]))
        return "\n".join([*lines, *self._about()])

    def correct(self, corrections: Sequence[Correction]) -> str:
        """Asks for records again that had faults."""
        lines = [f"Write exactly {_records(len(corrections))}: these, corrected. Change only what is wrong."]
        for number, correction in enumerate(corrections, 1):
            shown = json.dumps(correction.written, ensure_ascii=False, default=str)[:_LONGEST_SHOWN]
            lines.append(f"{number}. {shown}\n   wrong: {'; '.join(correction.reasons)[:_LONGEST_SHOWN]}")
        return "\n".join([*lines, *self._about()])

    def _static(self, request: GenerationRequest, examples: Sequence[Mapping[str, Any]]) -> list[str]:
        run = self._completion.run
        schema = run.schema
        about = f"The records: {schema.name.replace('_', ' ')}" + (
            f". {schema.description}." if schema.description else "."
        )
        return [
            _TASK.format(records=RECORDS),
            about,
            "What you write of each:\n" + "\n".join(_fields(self._completion.parts, "")),
            _listed("These hold for each record, the rest of which is made around yours:", self._rules(request)),
            _categories(self._completion.parts),
            f"Language and region: {run.locale}. Money is in its currency unless the context says another.",
            f"The context, which every record must fit: {request.context.strip()}" if request.context.strip() else "",
            f"Wishes: {'; '.join(request.hints)}" if request.hints else "",
            _listed(
                "Records of the kind that is wanted; write new ones like them, copy none:",
                [json.dumps(example, ensure_ascii=False, default=str)[:_LONGEST_SHOWN] for example in examples],
            ),
        ]

    def _rules(self, request: GenerationRequest) -> list[str]:
        schema = self._completion.run.schema
        book, _ = compile_rules(schema.coherence_rules, shape_of(schema))
        limits = self._completion.segment.limits
        asked = [
            f"{path} is {field_words(Part(path, '', limits.fields[path]))}"
            for path in request.constraints
            if path in limits.fields and path in self._completion.segment.plan.derived
        ]
        return [*map(in_words, (*book.deriving, *book.checking)), *book.prose, *asked]

    def _about(self) -> list[str]:
        """What the scenario says."""
        limits = self._completion.segment.limits
        lines = []
        if self._scenario is not None:
            words = self._scenario.description.strip() or self._scenario.name.replace("_", " ")
            lines.append(f"All of them are of this scenario: {words}")
        fixed = [f"{path} = {value}" for path, value in limits.fixed.items()]
        bounded = [
            f"{path}: {text}" for path, text in (self._scenario.overrides if self._scenario else {}).items()
            if path not in limits.fixed
        ]  # fmt: skip
        if fixed or bounded:
            lines.append("For these records it is settled that " + "; ".join([*fixed, *bounded]))
        return lines


def _records(count: int) -> str:
    return f"{count} record" if count == 1 else f"{count} records"


def _listed(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *(f"- {line}" for line in lines)]) if lines else ""


def _fields(parts: Sequence[Part], indent: str) -> list[str]:
    lines = []
    for part in parts:
        lines.append(f'{indent}"{part.key}": {part.name} - {field_words(part)}')
        lines += _fields(part.parts, indent + "  ")
    return lines


def _categories(parts: Sequence[Part]) -> str:
    """The catalogue's categories, where records name some; things of one record share a theme."""
    wanted = any((part.leaf.generate or {}).get("part") == "category" for top in parts for part in top.walk())
    if not wanted:
        return ""
    by_theme: dict[str, list[str]] = {}
    for category, themes in sorted(taxonomy().items()):
        for theme in sorted(themes):
            by_theme.setdefault(theme, []).append(category)
    themes_words = "; ".join(f"{theme}: {', '.join(found)}" for theme, found in by_theme.items())
    return f"Use these categories where one fits; those of one record are of one theme. {themes_words}"
