"""A schema's sentences together: which derive, which check, which are prose, and what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from testdata_agent.engine.rules import parser, resolve, sentences, syntax
from testdata_agent.engine.rules.lexer import RuleLimitError, RuleSyntaxError
from testdata_agent.engine.rules.resolve import Refused, kind_of
from testdata_agent.engine.rules.shape import Kind, Leaf, Shape
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Exists, Expr, Literal, Path

__all__ = [
    "MAX_RULES",
    "Kind",
    "Leaf",
    "Rule",
    "RuleFault",
    "RuleSyntaxError",
    "Rulebook",
    "Shape",
    "compile_rules",
    "demand",
    "parse_condition",
]

#: Most rules of one schema, and most characters of them together.
MAX_RULES: Final = 500
MAX_CHARACTERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that cannot be used.

    Attributes:
        rule: The sentence.
        reason: `RULE_SYNTAX`, `RULE_UNKNOWN_FIELD`, `RULE_TYPE`, `RULE_CYCLE`, `RULE_DERIVED_TWICE` or
            `TOO_MANY_RULES`.
        message: What is wrong and what would be right.
        position: Character of the sentence that is to blame, from 0; None where none is.
    """

    rule: str
    reason: str
    message: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        text: The sentence.
        expr: For a deriving rule the right side, else the whole condition.
        derives: Path of the field that it makes; None: it checks.
        level: Array that it is said of, item by item; "": said of the record.
        claim: What must hold: for a deriving rule that the field equals the right side, else `expr`.
        arrays: The arrays around `level` and itself, the outermost first.
        inputs: Fields that it reads; of a deriving rule, those of the right side.
    """

    text: str
    expr: Expr
    derives: str | None
    level: str
    claim: Expr
    arrays: tuple[str, ...]
    inputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Deriving rules in the order of their dependencies, checking ones, and prose as it stands.

    Attributes:
        nearly: Prose that one more word would make a rule, to the rule.
    """

    deriving: tuple[Rule, ...] = ()
    checking: tuple[Rule, ...] = ()
    prose: tuple[str, ...] = ()
    nearly: Mapping[str, str] = field(default_factory=dict)


def compile_rules(sentences_: Sequence[str], shape: Shape) -> tuple[Rulebook, tuple[RuleFault, ...]]:
    """Reads all sentences of a schema; what is refused is named in the faults, every one of them."""
    characters = sum(map(len, sentences_))
    if len(sentences_) > MAX_RULES or (characters > MAX_CHARACTERS and len(sentences_) > 1):
        most = f"at most {MAX_RULES} rules of {MAX_CHARACTERS} characters together"
        message = f"{most}, here {len(sentences_)} of {characters}"
        return Rulebook(), (RuleFault("", "TOO_MANY_RULES", message),)
    rules: list[Rule] = []
    prose: list[str] = []
    faults: list[RuleFault] = []
    for sentence in sentences_:
        try:
            rule = _compile(sentence, shape)
        except RuleSyntaxError as error:
            faults.append(RuleFault(sentence, "RULE_SYNTAX", str(error), error.position))
        except Refused as refused:
            faults.append(RuleFault(sentence, refused.reason, refused.message))
        else:
            if rule is None:
                prose.append(sentence)
            else:
                rules.append(rule)
    deriving: dict[str, Rule] = {}
    for rule in rules:
        if rule.derives is None:
            continue
        first = deriving.setdefault(rule.derives, rule)
        if first is not rule:
            message = f"{rule.derives} is already derived by {first.text[:120]!r}; keep one of the two"
            faults.append(RuleFault(rule.text, "RULE_DERIVED_TWICE", message))
    order, cycles = _in_order(deriving)
    faults += cycles
    checking = tuple(rule for rule in rules if rule.derives is None)
    nearly = {sentence: whole for sentence in prose if (whole := _nearly(sentence, shape)) is not None}
    return Rulebook(order, checking, tuple(prose), nearly), tuple(faults)


def _nearly(prose: str, shape: Shape) -> str | None:
    """The rule that a word more makes of prose, if any."""
    spelled = sentences.with_verb(sentences.first_word_as_field(prose, shape), shape)
    try:
        return None if spelled is None or _compile(spelled, shape) is None else spelled
    except (RuleSyntaxError, Refused):
        return None


def demand(words: str, claim: Expr, shape: Shape) -> Rule:
    """A checking rule that no sentence says; `words` name it in messages, and the claim must fit the shape."""
    return _checking(words, resolve.resolve(claim, shape))


def parse_condition(text: str, shape: Shape) -> Expr:
    """A condition (`status in ["shipped"]`), resolved against the shape; raises RuleSyntaxError for any fault."""
    sentences.guard(text, shape)
    try:
        expr = resolve.resolve(parser.parse(text, shape), shape)
    except Refused as refused:
        raise RuleSyntaxError(refused.message) from refused
    if kind_of(expr) is not Kind.BOOLEAN:
        raise RuleSyntaxError("a condition is true or false: a comparison, `exists` or a yes-no field")
    return expr


def _compile(sentence: str, shape: Shape) -> Rule | None:
    """The rule that a sentence says; None: it is prose."""
    sentences.guard(sentence, shape)
    spelled = sentences.first_word_as_field(sentence, shape)
    formula = sentences.begins_as_formula(spelled, shape)
    try:
        expr = parser.parse(spelled, shape)
    except RuleLimitError:
        raise
    except RuleSyntaxError:
        if formula:
            raise
        return None
    if not formula and not _speaks_as_formula(expr, shape):
        return None
    if isinstance(expr, Binary) and expr.operator == "=" and isinstance(expr.left, Path):
        return _deriving(sentence, resolve.resolve(expr, shape))
    return _checking(sentence, resolve.resolve(expr, shape))


def _speaks_as_formula(expr: Expr, shape: Shape) -> bool:
    """Whether a sentence that happens to parse is a formula: `title and body` and `not refundable` are not."""
    for node in syntax.nodes(expr):
        if isinstance(node, Aggregate | Exists):
            return True
        if isinstance(node, Binary) and (node.operator == "in" or node.operator in syntax.COMPARISONS):
            return True
    names = list(syntax.paths(expr))
    return bool(names) and not isinstance(expr, Path) and all(_is_truth(name, shape) for name in names)


def _is_truth(name: str, shape: Shape) -> bool:
    return name in shape and shape[name].kind is Kind.BOOLEAN


def _deriving(sentence: str, claim: Expr) -> Rule:
    assert isinstance(claim, Binary)
    target, right = claim.left, claim.right
    assert isinstance(target, Path)
    arrays = syntax.arrays_of(right)
    if arrays != target.arrays[: len(arrays)]:
        hint = "use sum, min, max, avg or count" if len(arrays) > len(target.arrays) else "they have no items in common"
        resolve.type_fault(f"{target.name} is one value where {arrays[-1]} holds many: {hint}")
    level = target.arrays[-1] if target.arrays else ""
    inputs = frozenset(syntax.paths(right))
    return Rule(sentence, right, target.name, level, claim, target.arrays, inputs)


def _checking(sentence: str, claim: Expr) -> Rule:
    if kind_of(claim) is not Kind.BOOLEAN or isinstance(claim, Path | Literal):
        raise RuleSyntaxError("a rule is a comparison, an `exists`, or `field = expression`; this is only a value")
    inputs = frozenset(syntax.paths(claim))
    if not inputs:
        raise RuleSyntaxError("a rule speaks of at least one field")
    arrays = syntax.arrays_of(claim)
    return Rule(sentence, claim, None, arrays[-1] if arrays else "", claim, arrays, inputs)


def _in_order(deriving: Mapping[str, Rule]) -> tuple[tuple[Rule, ...], list[RuleFault]]:
    """The rules with every input before its use, else in the order given; and the circles among them."""
    order: list[Rule] = []
    state: dict[str, bool] = {}  # False: under way; True: done
    faults: list[RuleFault] = []

    def needs(name: str) -> Iterator[str]:
        return iter(sorted(deriving[name].inputs & deriving.keys()))

    for start in deriving:
        if start in state:
            continue
        state[start] = False
        trail = [(start, needs(start))]
        while trail:
            name, pending = trail[-1]
            following = next(pending, None)
            if following is None:
                state[name] = True
                order.append(deriving[name])
                trail.pop()
            elif following not in state:
                state[following] = False
                trail.append((following, needs(following)))
            elif not state[following]:
                names = [entry for entry, _ in trail]
                circle = [*names[names.index(following) :], following]
                message = f"fields derive one another: {' from '.join(circle)}"
                faults.append(RuleFault(deriving[following].text, "RULE_CYCLE", message))
    return tuple(order), faults
