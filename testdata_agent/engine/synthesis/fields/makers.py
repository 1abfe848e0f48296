"""Which maker a field gets: by its hint, else by its meaning, else by its type."""

from collections.abc import Callable, Mapping

from testdata_agent.engine.schema.formats import named
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import (
    articles,
    choices,
    distinct,
    numbers,
    people,
    places,
    references,
    reviews,
    texts,
    times,
)
from testdata_agent.engine.synthesis.fields.meant import making
from testdata_agent.engine.synthesis.generators.choices import always, boolean, constant
from testdata_agent.engine.synthesis.literals import limited
from testdata_agent.engine.synthesis.pattern import is_pattern


def maker_of(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """The maker of a leaf that is neither derived nor fixed."""
    if spec.type is FieldType.OBJECT:
        # Nothing is said of its members.
        return constant({}), (), ()
    if path in draft.distinct:
        return distinct.value(draft, path, spec)
    hint = dict(spec.generate or {})
    if "otherwise" in hint and any(draft.touched(name) for name in (path, *hint.get("unless", ()))):
        hint = dict(hint["otherwise"])
    if _has_other_format(draft, path, spec):
        return _contact(draft, path, spec, level) or texts.text(draft, path, spec, level)
    if spec.reference is not None and references.fits(draft, spec):
        return references.reference(draft, path, spec, level)
    if spec.type in TIME_TYPES and spec.values is not None:
        return times.chosen(spec)
    if spec.type is FieldType.BOOLEAN and spec.values is not None and len(set(spec.values)) == 1:
        return always(bool(spec.values[0])), (), ()
    if spec.type in NUMERIC_TYPES and spec.values is not None and "values" not in hint:
        return numbers.choice(draft, path, spec, level, spec.values, None)
    by_hint = _BY_HINT.get(hint.get("kind", ""))
    if by_hint is not None:
        return by_hint(draft, path, spec, level, hint)
    if spec.semantic == "currency" and path not in draft.outline.hints:
        return choices.currency(draft, path, spec, level)
    meant = making.maker_of(draft, path, spec, level)
    if meant is not None:
        return meant
    if spec.values is not None:
        return texts.chosen(draft, path, spec, level)
    if spec.type in NUMERIC_TYPES:
        return numbers.plain(draft, path, spec, level)
    if spec.type in TIME_TYPES:
        return times.plain(draft, path, spec, level)
    if spec.type is FieldType.BOOLEAN:
        return boolean(50), (), VALUE
    return _contact(draft, path, spec, level) or texts.text(draft, path, spec, level)


def _has_other_format(draft: Draft, path: str, spec: Field) -> bool:
    """Whether the request gives a text a format that the schema did not, so that its hint no longer holds."""
    before = draft.outline.fields.get(path)
    return before is not None and before.type is spec.type and spec.type in TEXT_TYPES and spec.format != before.format


def _contact(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """The maker of a text of a format that is no expression: a currency, or what belongs to a person or place."""
    form = named(spec.format)
    if form == "currency" and spec.regex is None and spec.pattern is None:
        return choices.currency(draft, path, spec, level)
    if limited(spec) or is_pattern(spec.format):
        return None
    if form == "email" or (form is None and spec.type is FieldType.EMAIL):
        return people.part(draft, path, spec, level, {"part": "email"})
    if form == "phone" or (form is None and spec.type is FieldType.PHONE):
        return places.part(draft, path, spec, level, {"part": "phone"})
    if spec.type is FieldType.ADDRESS and spec.format is None:
        return places.part(draft, path, spec, level, {"part": "street"})
    return None


_BY_HINT: Mapping[str, Callable[..., Found]] = {
    "choice": choices.choice,
    "shaped": numbers.shaped,
    "tax": numbers.tax,
    "boolean": choices.boolean,
    "first_true": choices.first_true,
    "ago": times.ago,
    "after": times.after,
    "place": places.part,
    "person": people.part,
    "article": articles.part,
    "review": reviews.part,
    "digits": texts.digits,
    "referred": references.referred,
}
