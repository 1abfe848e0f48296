"""Formula, prose or attack: what a sentence sets out to be, before it is parsed.

A formula begins with a field and an operator. Prose is what people write beside formulas ("items should be thematically
related", "e-mail must match the name"); it is kept and never checked. The same words serve both, so an operator that is
a word counts only where a value follows it: `price must be > 0` is a formula, `price must be sensible` is not.
"""

import re

from testdata_agent.engine.rules.lexer import MAX_LENGTH, RuleLimitError
from testdata_agent.engine.rules.shape import Kind, Shape

_PATH = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_START = re.compile(rf"\s*({_PATH})")
_COMPARISON = re.compile(r"[=<>≤≥≠]|!=")
_SIGN = re.compile(r"\s*(?:not\s+)?(?:[=<>≤≥≠]|!=)", re.IGNORECASE)
_ARITHMETIC = re.compile(r"\s*[-+*/]")
#: A call, as code writes it; `item(s)` and `(see below)` are prose.
_CALL = re.compile(r"\((?!(?:s|es|ies|optional)\))")
_WORD_OPERATOR = re.compile(
    r"\s+(?:(?:must\s+(?:not\s+)?be|is(?:\s+not)?)(?=\W)|must\s+equal\b|equals\b)"
    r"\s*(?P<order>(?:at\s+(?:least|most)|(?:greater|more|less)\s+than(?:\s+or\s+equal\s+to)?"
    r"|(?:on\s+or\s+)?(?:after|before))\b\s*)?",
    re.IGNORECASE,
)
#: What follows `is` and stands here without it.
_ORDER = re.compile(
    r"\s+(?=(?:at\s+(?:least|most)|(?:greater|more|less)\s+than|(?:on\s+or\s+)?(?:after|before))\s)", re.IGNORECASE
)
_RANGE = re.compile(r"\s*(?:not\s+)?between\s+", re.IGNORECASE)
_IN = re.compile(r"\s*(?:not\s+)?in\s*\[", re.IGNORECASE)
_EXISTS = re.compile(
    r"\s+(?:must\s+(?:not\s+)?exist|does\s+not\s+exist|exists)(?=\s*$|\s+(?:implies|and|or|if|then)\b)",
    re.IGNORECASE,
)
_EXISTS_OTHERWISE = re.compile(r"\s+exists\b", re.IGNORECASE)
_IMPLIES = re.compile(r"\s+implies\b", re.IGNORECASE)
_VALUE = re.compile(r"\s*(?:[-(]?\s*\d|[\"'\[]|(?:true|false|null|now|current_date)\b|[=<>≤≥≠]|!=)", re.IGNORECASE)
_FUNCTION = re.compile(r"\s*(?:sum|min|max|avg|count|round|abs)\(", re.IGNORECASE)

_ATTRIBUTE = re.compile(r"(?<!\w)__\w+|\w\.__\w*")
_POWER = re.compile(r"\d\s*\*\*|\*\*\s*\d|\w\*\*\w")


def guard(sentence: str, shape: Shape) -> None:
    """Raises RuleLimitError for what no rule and no honest prose holds: attribute walks, powers, floods of text."""
    if len(sentence) > MAX_LENGTH:
        raise RuleLimitError(f"a rule takes at most {MAX_LENGTH} characters, this one has {len(sentence)}")
    for name in re.findall(r"[\w.]+", sentence):
        if "__" in name and _ATTRIBUTE.search(name) and name not in shape:
            raise RuleLimitError(f"{name[:40]!r} is no field: rules read fields and nothing behind them")
    power = _POWER.search(sentence)
    if power:
        raise RuleLimitError("powers (**) are not part of the rule language", power.start())


def first_word_as_field(sentence: str, shape: Shape) -> str:
    """The sentence with a capital first letter taken back where that makes its first word a field."""
    match = _START.match(sentence)
    if match is None or match[1] in shape:
        return sentence
    lowered = match[1][0].lower() + match[1][1:]
    return sentence[: match.start(1)] + lowered + sentence[match.end(1) :] if lowered in shape else sentence


def with_verb(sentence: str, shape: Shape) -> str | None:
    """`rating at least 1` with the `is` that it lacks; None: it lacks none, or no value follows."""
    match = _START.match(sentence)
    order = None if match is None or match[1] not in shape else _ORDER.match(sentence, match.end())
    if order is None:
        return None
    spelled = f"{sentence[: order.start()]} is {sentence[order.end() :]}"
    return spelled if begins_as_formula(spelled, shape) else None


def begins_as_formula(sentence: str, shape: Shape) -> bool:
    """Whether a sentence sets out as a formula does: a field, then an operator and what belongs after it."""
    match = _START.match(sentence)
    if match is None:
        return False
    name, rest = match[1], sentence[match.end() :]
    known = name in shape
    if _SIGN.match(rest):
        return True
    if _ARITHMETIC.match(rest):
        measured = known and shape[name].kind not in {Kind.ARRAY, Kind.OBJECT, Kind.TEXT}
        return measured or _COMPARISON.search(rest) is not None
    if _CALL.match(rest):
        return True
    if _IN.match(rest):
        return True
    if _EXISTS.match(rest):
        return known or "_" in name or "." in name or _IMPLIES.search(rest) is not None
    if _EXISTS_OTHERWISE.match(rest):
        return "_" in name or "." in name
    if _IMPLIES.match(rest):
        return known
    ranged = _RANGE.match(rest)
    if ranged:
        return _value_follows(rest[ranged.end() :], shape)
    worded = _WORD_OPERATOR.match(rest)
    if worded is None:
        return False
    rest = rest[worded.end() :]
    if worded["order"] and known and shape[name].kind is Kind.TEXT:
        # `name must be at least 3 characters`: a text has no order, whatever is said of its length is prose.
        return False
    ranged = _RANGE.match(rest)
    if ranged:
        return _value_follows(rest[ranged.end() :], shape)
    return bool(_IN.match(rest)) or _value_follows(rest, shape)


def _value_follows(rest: str, shape: Shape) -> bool:
    if _VALUE.match(rest) or _FUNCTION.match(rest):
        return True
    name = _START.match(rest)
    return name is not None and name[1] in shape
