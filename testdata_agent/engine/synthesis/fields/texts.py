"""Makers of texts: out of lists, patterns, regexes and pools."""

from typing import Any

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.columns import Words
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.generators import choices, ids, texts
from testdata_agent.engine.synthesis.limits import accepts, limited
from testdata_agent.engine.synthesis.pattern import PatternFault, is_pattern, parse_pattern
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.sampler import RegexSampler

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


def text(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """A text by its own limits, format and name alone."""
    if spec.values is not None:
        return choices.weighted(spec.values, None), (), VALUE
    if is_pattern(spec.format) and not (draft.touched(path) and spec.regex is not None):
        return _pattern(draft, path, spec, level)
    if spec.regex is not None or spec.pattern is not None:
        return _matching(draft, path, spec)
    if spec.type is FieldType.UUID or spec.format == "uuid":
        return ids.uuid(), (), ("high", "low")
    return pooled(draft, path, spec, NAMED_POOLS.get(spec.name, DEFAULT_POOL))


def pooled(draft: Draft, path: str, spec: Field, provider: str) -> Found:
    """A word of a pool that the field's limits allow."""
    words = words_of(draft, spec, provider)
    if not words:
        return _matching(draft, path, spec)
    if spec.unique:
        draft.spaces[path] = len(words)
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
        return RegexSampler(found or "[A-Za-z]+", min_length=lengths[0], max_length=lengths[1], search=search)
    except RegexFault as fault:
        draft.fault(path, fault.reason, str(fault))
        return None


def _matching(draft: Draft, path: str, spec: Field) -> Found:
    sampler = sampler_of(draft, path, spec)
    if sampler is None:
        return None
    if spec.unique:
        draft.spaces[path] = sampler.space
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
        dated = "created_at" if "created_at" in draft.limits.fields else None
    if spec.unique:
        draft.spaces[path] = pattern.space if level == ROOT else pattern.space // ids.CHILD_SPACE
    return ids.by_pattern(pattern, draft.key(path), dated), (dated,) if dated else (), ()
