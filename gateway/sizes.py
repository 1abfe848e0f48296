"""How long the texts and lists of a request may be, held before anything is done with them.

What is not here has its limit where it is read: schemas, constraints, overrides and scenarios in the engine, records
where they are learned; or it is only ever looked up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message

from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import Violation
from testdata_agent.v1 import jobs_pb2, patterns_pb2, testdata_pb2

#: Characters of an id, of a label, and of what somebody writes about something.
ID_CHARACTERS: Final = 1_000
LABEL_CHARACTERS: Final = 200
PROSE_CHARACTERS: Final = 10_000
#: Characters of a request's context, all of which a model reads.
CONTEXT_CHARACTERS: Final = 50_000
HINTS: Final = 100
HINT_CHARACTERS: Final = 1_000
LABELS: Final = 100
#: Numbers in one list.
NUMBERS: Final = 200
PATHS: Final = 1_000
#: As many as there may be scenarios that differ.
PATTERN_CHOICES: Final = 1_000

#: A message of no more bytes is within every limit: a number takes one, an empty hint two.
_SMALL_BYTES: Final = min(NUMBERS, 2 * HINTS)


@dataclass(frozen=True, slots=True)
class Most:
    """What a field may hold.

    Attributes:
        field: Its name.
        characters: Of a text, or of each text of a list; 0: it holds no texts.
        items: Of a list; 0: it is none, or bounded elsewhere.
    """

    field: str
    characters: int = 0
    items: int = 0


_LABELS: Final = Most("tags", LABEL_CHARACTERS, LABELS)
_PATHS: Final = Most("locked_paths", ID_CHARACTERS, PATHS)
_WORDS: Final = (Most("name", LABEL_CHARACTERS), Most("intent", PROSE_CHARACTERS), _LABELS, _PATHS)

_LIMITS: Final[Mapping[type[Message], Sequence[Most]]] = {
    testdata_pb2.GenerateRequest: (
        Most("request_id", ID_CHARACTERS),
        Most("context", CONTEXT_CHARACTERS),
        Most("hints", HINT_CHARACTERS, HINTS),
        Most("scenarios"),
        Most("patterns", items=PATTERN_CHOICES),
        Most("defects"),
    ),
    testdata_pb2.Scenario: (Most("description", PROSE_CHARACTERS),),
    testdata_pb2.DefectOptions: (Most("classes", LABEL_CHARACTERS, LABELS),),
    patterns_pb2.SearchPatternsRequest: (Most("text", PROSE_CHARACTERS), _LABELS, Most("kinds", items=NUMBERS)),
    patterns_pb2.LearnPatternsRequest: (Most("options"), Most("drafts")),
    patterns_pb2.LearningOptions: _WORDS,
    patterns_pb2.PatternDraft: _WORDS,
    patterns_pb2.RecordDefectRequest: (
        Most("name", LABEL_CHARACTERS),
        Most("description", PROSE_CHARACTERS),
        _LABELS,
    ),
    jobs_pb2.ListJobsRequest: (Most("states", items=NUMBERS),),
}


def require_fit(message: Message, faults: Iterable[Violation] = ()) -> None:
    """Returns where a message is within all limits.

    Args:
        message: Of a type that has limits.
        faults: What else is wrong with it, to be named beside.

    Raises:
        Refusal: naming every text and list that is too long, with what it may be.
    """
    if message.ByteSize() <= _SMALL_BYTES:
        return
    oversized: list[Violation] = []
    _look_through(message, "", oversized)
    if oversized:
        raise Refusal.of([*faults, *oversized])


def _look_through(message: Message, prefix: str, found: list[Violation]) -> None:
    for most in _LIMITS[type(message)]:
        value = getattr(message, most.field)
        if isinstance(value, str):
            if len(value) > most.characters:
                found.append(_too_long(f"{prefix}{most.field}", most.characters, len(value)))
        elif isinstance(value, Message):
            _look_through(value, f"{prefix}{most.field}.", found)
        elif value:
            _look_at_list(value, most, f"{prefix}{most.field}", found)


def _look_at_list(value: Sequence[Any], most: Most, where: str, found: list[Violation]) -> None:
    if most.items and len(value) > most.items:
        found.append(Violation(where, "TOO_MANY_ITEMS", f"at most {most.items} are taken, not {len(value)}"))
    elif most.characters:
        longer = [(number, len(text)) for number, text in enumerate(value) if len(text) > most.characters]
        found += [_too_long(f"{where}[{number}]", most.characters, length) for number, length in longer]
    elif not most.items:
        for number, item in enumerate(value):
            _look_through(item, f"{where}[{number}].", found)


def _too_long(where: str, most: int, length: int) -> Violation:
    return Violation(where, "TEXT_TOO_LONG", f"at most {most} characters are taken, not {length}")
