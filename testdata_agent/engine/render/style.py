"""What a request says about its format beyond the name: by hints, as words that stand for themselves."""

from dataclasses import dataclass
from enum import StrEnum

from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import GenerationRequest, OutputFormat

#: The hint that guards cells against being read as formulas.
GUARD_HINT = "csv_formula_guard"
_DIALECT = "dialect:"


class Dialect(StrEnum):
    """Whose SQL is written."""

    POSTGRESQL = "postgresql"
    SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class Style:
    """Options of formats.

    Attributes:
        guard_formulas: CSV: texts that a spreadsheet would take for a formula get an apostrophe before them.
        dialect: SQL: whose.
    """

    guard_formulas: bool = False
    dialect: Dialect = Dialect.POSTGRESQL


#: What a request that says nothing gets.
PLAIN = Style()


def read_style(request: GenerationRequest) -> tuple[Style, list[Violation]]:
    """The style that a request's hints ask for, and what is wrong with them for its format."""
    if not request.hints or request.output_format in {OutputFormat.JSON, OutputFormat.NDJSON}:
        return PLAIN, []
    hints = [hint.strip().lower() for hint in request.hints]
    if request.output_format is OutputFormat.CSV:
        return Style(guard_formulas=GUARD_HINT in hints), []
    named = dict.fromkeys(hint.removeprefix(_DIALECT) for hint in hints if hint.startswith(_DIALECT) or hint in _KNOWN)
    unknown = [name for name in named if name not in _KNOWN]
    if unknown:
        words = f"no SQL dialect {unknown[0][:60]!r}; known: {', '.join(Dialect)}"
        return PLAIN, [Violation("hints", "UNKNOWN_DIALECT", words)]
    if len(named) > 1:
        words = f"{' and '.join(named)} are both asked for; SQL is written in one dialect"
        return PLAIN, [Violation("hints", "SEVERAL_DIALECTS", words)]
    return Style(dialect=Dialect(next(iter(named), Dialect.POSTGRESQL))), []


def style_hints(dialect: str | None, *, guard_formulas: bool) -> tuple[str, ...]:
    """The hints that ask for these options."""
    said = () if dialect is None else (_DIALECT + dialect,)
    return (*said, GUARD_HINT) if guard_formulas else said


def format_hint(hint: str) -> bool:
    """Whether a hint is about the format."""
    word = hint.strip().lower()
    return word == GUARD_HINT or word in _KNOWN or word.startswith(_DIALECT)


_KNOWN = frozenset(Dialect)
