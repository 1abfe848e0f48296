"""Makers of a person's parts, all of one person to an object."""

from typing import Any

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found, scope_of
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.generators import people
from testdata_agent.engine.synthesis.generators.texts import pooled
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.pools import Pool
from testdata_agent.engine.synthesis.slugs import slug


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the person at the field's scope."""
    wanted, scope = hint["part"], scope_of(path, level)
    if draft.touched(path) and limited(spec) and wanted in {"email", "username"}:
        named = spec.model_copy(update={"format": "email"}) if wanted == "email" else spec
        return texts.text(draft, path, named, level)
    if wanted in {"first_name", "last_name"}:
        if spec.values is not None:
            return texts.chosen(draft, path, spec, level)
        return texts.pooled(draft, path, spec, level, wanted)
    (first, first_pool), (last, last_pool) = (
        _name(draft, path, scope, level, name) for name in ("first_name", "last_name")
    )
    make = people.email if wanted == "email" else people.username
    purposes = VALUE if wanted == "email" else ()
    return make(first, last, first_pool, last_pool, draft.key(path)), (first, last), purposes


def _name(draft: Draft, path: str, scope: str, level: str, name: str) -> tuple[str, Pool]:
    """The column of a name and the words it picks from: the record's own, or a hidden one beside free text."""
    pool = draft.resources.pool(name)
    sibling = f"{scope}.{name}" if scope else name
    spec = draft.limits.fields.get(sibling)
    if spec is not None and sibling != path and spec.type in {FieldType.STRING, FieldType.ENUM} and spec.format is None:
        if not draft.touched(sibling) and not limited(spec):
            return sibling, pool
        words = _words(draft, sibling, pool)
        if words:
            slugs = tuple(slug(word, draft.resources.locale) for word in words)
            return sibling, Pool(pool.spec, words, slugs, pool.source_locale)
    return draft.add(f"{scope}#{name}", level, pooled(draft.resources.pool_words(name))), pool


def _words(draft: Draft, path: str, pool: Pool) -> tuple[str, ...]:
    """The words that a name which the request narrows is one of; none where a pattern makes it."""
    spec, given = draft.limits.fields[path], draft.limits.fixed.get(path)
    if given is not None:
        return tuple(given) if isinstance(given, list) else (given,)
    if spec.values is not None:
        return tuple(map(str, spec.values))
    return tuple(filter(accepts(spec), pool.values)) if limited(spec) else pool.values
