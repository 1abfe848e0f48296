"""Makers of texts: out of lists, patterns, regexes and pools."""

from typing import Any

from testdata_agent.engine.schema.formats import EXPRESSIONS, UUIDS, named
from testdata_agent.engine.schema.model import TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.columns import Words
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.generators import choices, ids, texts
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.pattern import PatternFault, is_pattern, parse_pattern
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import RegexSampler, sampler_for

#: Pools that names of text fields ask for.
NAMED_POOLS = {
    "first_name": "first_name",
    "given_name": "first_name",
    "last_name": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "company": "company",
    "city": "city",
    "job": "job",
    "job_title": "job",
    "street": "street_name",
}
DEFAULT_POOL = "catch_phrase"
_FORMAT_OF_TYPE = {FieldType.UUID: "uuid", FieldType.EMAIL: "email", FieldType.PHONE: "phone"}
_UUID_LENGTH = 36


def text(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """A text by its own limits, format and name alone."""
    if spec.values is not None:
        return chosen(draft, path, spec, level)
    if is_pattern(spec.format) and not (draft.touched(path) and spec.regex is not None):
        return _pattern(draft, path, spec, level)
    if spec.regex is not None or spec.pattern is not None:
        return _matching(draft, path, spec, level)
    form = named(spec.format) or _FORMAT_OF_TYPE.get(spec.type)
    if form == "uuid":
        return _uuid(draft, path, spec)
    if form in EXPRESSIONS:
        return _matching(draft, path, spec.model_copy(update={"regex": EXPRESSIONS[form]}), level)
    return pooled(draft, path, spec, level, NAMED_POOLS.get(spec.name, DEFAULT_POOL))


def expression_of(spec: Field) -> str | None:
    """The expression of the texts of a field's format; None where it has none, or a regex or pattern of its own."""
    if spec.regex is not None or spec.pattern is not None:
        return None
    form = named(spec.format) or _FORMAT_OF_TYPE.get(spec.type)
    return UUIDS if form == "uuid" else EXPRESSIONS.get(form or "")


def chosen(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """One of the field's values."""
    values = spec.values or ()
    if not spec.unique:
        return choices.weighted(values, None), (), VALUE
    draft.room(path, level, len(values))
    return texts.pooled_unique(Words(values), draft.key(path)), (), ()


def _uuid(draft: Draft, path: str, spec: Field) -> Found:
    if not (spec.min_length or 0) <= _UUID_LENGTH <= (spec.max_length if spec.max_length is not None else _UUID_LENGTH):
        draft.fault(path, "CONTRADICTION", f"a UUID is {_UUID_LENGTH} characters long")
    return ids.uuid(), (), ("high", "low")


def pooled(draft: Draft, path: str, spec: Field, level: str, provider: str) -> Found:
    """A word of a pool that the field's limits allow."""
    words = words_of(draft, spec, provider)
    if not words:
        return _matching(draft, path, spec, level)
    if spec.unique:
        draft.room(path, level, len(words))
        return texts.pooled_unique(words, draft.key(path)), (), ()
    return texts.pooled(words), (), VALUE


def words_of(draft: Draft, spec: Field, provider: str) -> Words:
    """The words of a pool that the field's limits allow; there may be none."""
    words = draft.resources.pool_words(provider)
    return Words(tuple(filter(accepts(spec), words.texts))) if limited(spec) else words


def digits(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """Digits, unless the request says otherwise."""
    if draft.touched(path):
        return text(draft, path, spec, level)
    return ids.digits(int(hint["length"])), (), VALUE


def sampler_of(draft: Draft, path: str, spec: Field) -> RegexSampler | None:
    """What samples a text by its regex or pattern, or of letters alone; None: a fault was noted."""
    found = spec.regex if spec.regex is not None else spec.pattern
    search, lengths = spec.regex is None and spec.pattern is not None, (spec.min_length or 0, spec.max_length)
    if spec.regex is not None and spec.pattern is not None:
        draft.fault(path, "UNSUPPORTED_SCHEMA", "give a regex or a pattern, not both")
        return None
    try:
        return sampler_for(
            "[A-Za-z]+" if found is None else found, min_length=lengths[0], max_length=lengths[1], search=search
        )
    except RegexFault as fault:
        draft.fault(path, fault.reason, str(fault))
        return None


def _matching(draft: Draft, path: str, spec: Field, level: str) -> Found:
    sampler = sampler_of(draft, path, spec)
    if sampler is None:
        return None
    if spec.unique:
        draft.room(path, level, sampler.space)
        return texts.matching_unique(sampler, draft.key(path)), (), ()
    return texts.matching(sampler), (), VALUE


def _pattern(draft: Draft, path: str, spec: Field, level: str) -> Found:
    try:
        pattern = parse_pattern(str(spec.format))
    except PatternFault as fault:
        draft.fault(path, "INVALID_FORMAT", str(fault))
        return None
    dated = None
    if pattern.dated and level == ROOT:
        beside = draft.limits.fields.get("created_at")
        dated = "created_at" if beside is not None and beside.type in TIME_TYPES else None
    length = pattern.length
    if not (spec.min_length or 0) <= length <= (spec.max_length if spec.max_length is not None else length):
        draft.fault(path, "CONTRADICTION", f"texts of the form {spec.format} are {length} characters long")
    if spec.unique:
        draft.room(path, level, pattern.space)
    return ids.by_pattern(pattern, draft.key(path), dated), (dated,) if dated else (), ()
