"""Which maker a field gets by what it means, and that its own limits hold whatever that is."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from testdata_agent.engine.coherence.forms import form_of
from testdata_agent.engine.schema.certain import has_room
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import articles
from testdata_agent.engine.synthesis.fields import texts as plain_texts
from testdata_agent.engine.synthesis.fields.meant import forms, numbers, people, places, tables, texts, times
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.generators.choices import boolean
from testdata_agent.engine.synthesis.generators.numbers import divisible
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.scales import scaled_bounds

#: Kinds whose texts are no two alike by themselves, or made so by their own makers.
_UNIQUE: Final = frozenset({"code", "slug", "uuid", "numbered", "serial"})
#: Below all numbers that are made.
_FAR: Final = 2**53
_UNIQUE_PARTS: Final = frozenset({"email", "username"})


def maker_of(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """The maker by the field's meaning; None: it has none, or its limits leave the meaning no room."""
    hint = draft.outline.hints.get(path)
    if (
        hint is None
        or not _are_beside(draft, hint, level)
        or (spec.multiple_of is not None and not _is_finest(draft, spec))
    ):
        return None
    if spec.values is not None and hint.get("part") not in people.GENDERED:
        return None
    if path in draft.outline.ruled and _gives_way(draft, spec, hint):
        return None
    if spec.type in NUMERIC_TYPES:
        if spec.unique and hint["kind"] != "serial":
            return None
        return _divided(draft, spec, _NUMBERS[hint["kind"]](draft, path, spec, level, dict(hint)))
    found = _OTHERS[hint["kind"]](draft, path, spec, level, dict(hint))
    if found is None or spec.type not in TEXT_TYPES or hint["kind"] == "pool":
        return found
    form = form_of(spec)
    if spec.unique and not (hint["kind"] in _UNIQUE or hint.get("part") in _UNIQUE_PARTS):
        if form is not None:
            return forms.of_form(draft, path, spec, level, hint, form)
        if limited(spec):
            return None
        maker, needs, purposes = found
        found = meant.numbered(maker, draft.key(path), " "), needs, purposes
    if not limited(spec) or _fits_always(draft, path, spec):
        return found
    instead = plain_texts.text if form is None else partial(forms.of_form, hint=hint, form=form)
    return _within(draft, path, spec, level, found, instead)


def _are_beside(draft: Draft, hint: Mapping[str, Any], level: str) -> bool:
    """Whether what the meaning is made of stands where the field does, one value for each of its own."""
    if hint.get("around"):
        return True
    named = [name for key in ("of", "span") if isinstance(name := hint.get(key), str)]
    return all(draft.outline.shape[name].array == level for name in named if name in draft.outline.shape)


def _is_finest(draft: Draft, spec: Field) -> bool:
    """Whether the step is one of the last digit (0.01 of a price), so that every number of the meaning keeps it."""
    return spec.type in NUMERIC_TYPES and Decimal(str(spec.multiple_of)) == Decimal(1).scaleb(-draft.scale(spec))


def _divided(draft: Draft, spec: Field, found: Found) -> Found:
    """The maker, of whose numbers validators that divide by a step find none that is not its multiple."""
    scale = draft.scale(spec)
    if found is None or spec.multiple_of is None or not scale:
        return found
    maker, needs, purposes = found
    low, _ = scaled_bounds(spec, scale)
    return divisible(maker, float(spec.multiple_of), -_FAR if low is None else low, 1), needs, purposes


def _gives_way(draft: Draft, spec: Field, hint: Mapping[str, Any]) -> bool:
    """Whether a field that the schema's rules speak of is made by them and its bounds alone.

    Its neighbours by meaning might follow from it by a rule, and within bounds on both sides a rule may need any value.
    """
    if hint["kind"] in {"later", "plus", "months"} or spec.type in TIME_TYPES:
        return True
    bounded = spec.min is not None and spec.max is not None
    return spec.type in NUMERIC_TYPES and (bounded or hint.get("of") in draft.outline.derived)


def _within(
    draft: Draft, path: str, spec: Field, level: str, found: tuple[Any, Any, Any], instead: Callable[..., Found]
) -> Found:
    """The found maker, with another text where a limit of the field is broken; a unique field has the others alone."""
    other = instead(draft, path, spec, level)
    if other is None or spec.unique:
        return other
    maker, needs, purposes = found
    made, more, further = other
    guarded = meant.guarded(maker, len(purposes), made, accepts(spec))
    return guarded, (*needs, *more), (*purposes, *(f"else {name}" for name in further))


def _fits_always(draft: Draft, path: str, spec: Field) -> bool:
    """Whether all texts of the meaning are of a length that the field allows, and nothing else limits them."""
    meaning = draft.outline.understanding.taken[path].meaning
    length = None if meaning is None else meaning.extras.get("length")
    others = (spec.values, spec.regex, spec.pattern)
    return length is not None and all(other is None for other in others) and has_room(spec, *length)


def _flag(_draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    return boolean(int(hint["percent"])), (), VALUE


_NUMBERS: Final[Mapping[str, Callable[..., Found]]] = {
    "shaped": numbers.shaped,
    "choice": numbers.choice,
    "serial": numbers.serial,
    "share": numbers.share,
    "above": numbers.above,
    "elapsed": numbers.elapsed,
    "year": numbers.year,
    "year_of": numbers.year_of,
    "weight": numbers.weight,
    "bmi": numbers.bmi,
    "age": numbers.age,
    "table": tables.part,
    "place": places.part,
    "article": articles.part,
}
_OTHERS: Final[Mapping[str, Callable[..., Found]]] = {
    "ago": times.ago,
    "ahead": times.ahead,
    "later": times.later,
    "plus": times.plus,
    "months": times.months,
    "birth": times.birth,
    "boolean": _flag,
    "person": people.part,
    "place": places.part,
    "company": texts.company,
    "article": articles.part,
    "table": tables.part,
    "code": texts.code,
    "choice": texts.choice,
    "prose": texts.prose,
    "template": texts.template,
    "pool": texts.pool,
    "slug": texts.slug,
    "uuid": texts.uuid,
    "numbered": texts.numbered,
    "rated": texts.rated,
    "called": texts.called,
    "joined": texts.joined,
    "bank_of": texts.bank_of,
}
