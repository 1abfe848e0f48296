"""From a request to the stored patterns that its records are to be made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.render.style import format_hint
from testdata_agent.engine.request import GenerationRequest, PatternChoice, Scenario
from testdata_agent.engine.routing import FAST_HINT, MODEL_HINTS, PATTERN_HINT_PREFIXES
from testdata_agent.engine.run import Run
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.stores.patterns.base import Scope

if TYPE_CHECKING:
    from testdata_agent.stores.patterns.library import PatternLibrary

#: Patterns that the records of one scenario are made of, at the most.
MOST_PATTERNS: Final = 8
#: Where nothing says what they are to be about: the best, and many, so that no few of them stand for all.
MOST_OF_BEST: Final = 32
#: So many samples tell how production's records are distributed.
MOST_SAMPLES: Final = 256
#: Ids that one choice of a request may name.
MOST_NAMED: Final = 1000
#: Texts that one request is searched by; the scenarios beyond them get what the request as a whole gets.
MOST_TEXTS: Final = 32
#: What a request waits for the patterns while a gateway that has just begun to serve loads them.
_PATIENCE_SECONDS: Final = 2.0
#: Characters of a request that are looked at; more say nothing more about what is meant.
_MOST_CHARACTERS: Final = 2_000

#: Hints that say who is to make the records, not what they are.
_STEERING: Final = MODEL_HINTS | {FAST_HINT}
_SHOWN: Final = 60


class NoPatterns(Exception):  # noqa: N818 - the words of the house
    """There is nothing to make records of; str() says why and what to do, as one clause.

    Attributes:
        loaded: Whether it is known that there is nothing, since the stored patterns are.
    """

    def __init__(self, why: str, *, loaded: bool = True) -> None:
        super().__init__(why)
        self.loaded = loaded


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the records of a request are to be made of.

    Attributes:
        choices: By scenario, as a request names them.
        patterns: By id.
        index: What found them; empty where the request named them.
        index_reason: Why it was not the index that the server is set up with.
        warnings: What the caller should know.
    """

    choices: tuple[PatternChoice, ...]
    patterns: Mapping[str, Pattern]
    index: str = ""
    index_reason: str = ""
    warnings: tuple[str, ...] = ()


class Choosing:
    """Looks for patterns."""

    def __init__(self, library: "PatternLibrary") -> None:
        self._library = library

    async def choose(self, request: GenerationRequest, run: Run) -> Chosen:
        """Those that the request names, else those that are found by what it says.

        Raises:
            Refusal: the request names patterns that there are not, or that are of another entity.
            NoPatterns: none of the entity is stored, or the stored ones are not known yet.
            LedgerUnreachable: the request names patterns that nobody knows, and the database does not answer.
        """
        if not await self._library.loaded(_PATIENCE_SECONDS):
            raise NoPatterns(self._library.state().trouble, loaded=False)
        if request.patterns:
            return await self._named(request, run)
        entity, domain = run.schema.name, run.schema.domain
        for kind in _kinds(request):
            if self._library.has(entity, domain, frozenset({kind})):
                chosen = await self._found(request, run, kind)
                if chosen is not None:
                    return chosen
        raise NoPatterns(
            f"no pattern of {entity!r} is stored; `testdata patterns seed` loads those that are shipped,"
            f" `testdata patterns learn {entity} FILE` learns from records"
        )

    async def _found(self, request: GenerationRequest, run: Run, kind: PatternKind) -> Chosen | None:
        """What there is of one kind; None: nothing."""
        scope = Scope(run.schema.name, run.schema.domain, frozenset({kind}))
        limit = MOST_SAMPLES if kind is PatternKind.SAMPLE else MOST_PATTERNS
        search = _Search(self._library, scope, limit)
        texts = _texts(request)
        found = {name: await search.nearest(text) for name, text in texts.items()}
        if not search.patterns:
            return None
        if "" in found and request.scenarios and not _leaves_rest(request):
            del found[""]  # every row is a scenario's
        choices = tuple(PatternChoice(scenario=name, pattern_ids=ids) for name, ids in found.items())
        warnings = list(search.warnings)
        if kind is not _kinds(request)[0]:
            warnings.append(f"no {_kinds(request)[0].value} of {run.schema.name} is stored: a {kind.value} was taken")
        return Chosen(choices, search.patterns, search.index, search.reason, tuple(warnings))

    async def _named(self, request: GenerationRequest, run: Run) -> Chosen:
        faults: list[Violation] = []
        names = {"", *(scenario.name for scenario in request.scenarios)}
        for number, choice in enumerate(request.patterns):
            faults += _faults_of_choice(choice, number, names)
        if faults:
            raise Refusal.of(faults)
        patterns = {pattern.pattern_id: pattern for pattern in await self._library.get(request.pattern_ids)}
        for number, choice in enumerate(request.patterns):
            for pattern_id in choice.pattern_ids:
                fault = _fault_of(pattern_id, patterns.get(pattern_id), run)
                if fault:
                    faults.append(Violation(f"patterns[{number}].pattern_ids", "UNKNOWN_PATTERN", fault))
        if faults:
            raise Refusal.of(faults)
        return Chosen(request.patterns, patterns)


class _Search:
    """The searches of one request, each text looked for once."""

    def __init__(self, library: "PatternLibrary", scope: Scope, limit: int) -> None:
        self._library, self._scope, self._limit = library, scope, limit
        self._ids: dict[str, tuple[str, ...]] = {}
        self.patterns: dict[str, Pattern] = {}
        self.index = self.reason = ""
        self.warnings: list[str] = []

    async def nearest(self, text: str) -> tuple[str, ...]:
        """The ids of what a text finds; of the best, where it finds nothing. In an order that scores do not change."""
        known = self._ids.get(text)
        if known is None:
            known = await self._asked(text)
            if not known and text:
                known = await self.nearest("")
                if known:
                    self.warnings.append(
                        f"no stored pattern is near {text[:_SHOWN]!r}: the best of {self._scope.entity} were taken"
                    )
            self._ids[text] = known
        return known

    async def _asked(self, text: str) -> tuple[str, ...]:
        limit = self._limit if text else max(self._limit, MOST_OF_BEST)
        found = await self._library.search(self._scope, text, limit)
        self.index, self.reason = found.index, found.reason or self.reason
        # Of samples all count, since it is their spread that is wanted.
        meant = found.patterns if PatternKind.SAMPLE in self._scope.kinds else found.meant
        self.patterns |= {pattern.pattern_id: pattern for pattern in meant}
        return tuple(sorted(pattern.pattern_id for pattern in meant))


def _kinds(request: GenerationRequest) -> tuple[PatternKind, PatternKind]:
    """Kinds of patterns that serve a request, the wanted one first."""
    if request.production_like:
        return PatternKind.SAMPLE, PatternKind.PATTERN
    return PatternKind.PATTERN, PatternKind.SAMPLE


def _leaves_rest(request: GenerationRequest) -> bool:
    return sum(scenario.count for scenario in request.scenarios) < request.count


def _texts(request: GenerationRequest) -> dict[str, str]:
    """What is looked for, by scenario; "": what the request as a whole says."""
    whole = _joined([request.context.strip(), *map(_subject_of, request.hints)])
    texts = {"": whole}
    for scenario in request.scenarios:
        text = _joined([_words_of(scenario), whole])
        if text != whole and (len(texts) < MOST_TEXTS or text in texts.values()):
            texts[scenario.name] = text
    return texts


def _subject_of(hint: str) -> str:
    """What a hint says about the records; empty where it says who is to make them, or how they are written."""
    words = hint.strip()
    if words.lower() in _STEERING or format_hint(words):
        return ""
    first, _, rest = words.partition(" ")
    return rest.strip() if first.lower().startswith(PATTERN_HINT_PREFIXES) else words


def _words_of(scenario: Scenario) -> str:
    """What a scenario says of itself."""
    return scenario.description.strip() or scenario.name.replace("_", " ").replace("-", " ")


def _joined(parts: Sequence[str]) -> str:
    return ". ".join(part for part in parts if part)[:_MOST_CHARACTERS]


def _faults_of_choice(choice: PatternChoice, number: int, names: set[str]) -> list[Violation]:
    faults = []
    if choice.scenario not in names:
        words = f"the request has no scenario {choice.scenario[:_SHOWN]!r}; leave it empty for all of them"
        faults.append(Violation(f"patterns[{number}].scenario", "UNKNOWN_SCENARIO", words))
    if not choice.pattern_ids:
        words = "the ids of stored patterns are needed: SearchPatterns, or the metadata of an answer, gives them"
        faults.append(Violation(f"patterns[{number}].pattern_ids", "REQUIRED", words))
    if len(choice.pattern_ids) > MOST_NAMED:
        words = f"at most {MOST_NAMED} patterns can be named, not {len(choice.pattern_ids)}"
        faults.append(Violation(f"patterns[{number}].pattern_ids", "TOO_MANY_IDS", words))
    return faults


def _fault_of(pattern_id: str, pattern: Pattern | None, run: Run) -> str:
    """Why a pattern cannot serve, in words; empty: it can."""
    if pattern is None:
        return f"there is no pattern {pattern_id[:_SHOWN]!r}; it may have been deleted"
    if (pattern.entity, pattern.domain) != (run.schema.name, run.schema.domain):
        return f"pattern {pattern_id!r} is of {pattern.entity!r}, not of {run.schema.name!r}"
    return ""
