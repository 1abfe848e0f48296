"""Makers of a person's parts, all of one person to an object."""

from typing import Any

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.generators import people
from testdata_agent.engine.synthesis.generators.texts import pooled
from testdata_agent.engine.synthesis.limits import limited


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the person at the field's scope."""
    wanted, scope = hint["part"], path.rpartition(".")[0]
    if draft.touched(path) and limited(spec) and wanted in {"email", "username"}:
        return texts.text(draft, path, spec, level)
    if wanted in {"first_name", "last_name"}:
        return texts.pooled(draft, path, spec, wanted)
    resources = draft.resources
    names = [_name(draft, scope, level, name) for name in ("first_name", "last_name")]
    pools = (resources.pool("first_name"), resources.pool("last_name"))
    make = people.email if wanted == "email" else people.username
    purposes = VALUE if wanted == "email" else ()
    return make(names[0], names[1], *pools, draft.key(path)), names, purposes


def _name(draft: Draft, scope: str, level: str, name: str) -> str:
    """The column of a name: the record's own where it is free, else a hidden one."""
    sibling = f"{scope}.{name}" if scope else name
    if sibling in draft.limits.fields and not draft.touched(sibling):
        return sibling
    return draft.add(f"{scope}#{name}", level, pooled(draft.resources.pool_words(name)))
