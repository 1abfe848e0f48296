"""Rules that follow from what numbers mean: a sum of its parts, a quantity times a price, a tax by its rate."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field, FieldType
from testdata_agent.engine.semantics.names import singular, words_of
from testdata_agent.engine.semantics.reading import Reading
from testdata_agent.engine.semantics.scopes import Scope
from testdata_agent.engine.semantics.siblings import Siblings, always

#: `{subtotal|fare}` is the field of the first meaning that is there, `{%tax_rate}` so many hundredths.
_TOKEN: Final = re.compile(r"\{([^}]+)\}")
#: The sum of the lines in a formula.
_LINES: Final = "lines"


def implied_rule(reading: Reading, siblings: Siblings) -> str | None:
    """The rule that a number beside its parts keeps: `total = subtotal + tax`; None: the parts do not stand there."""
    assert reading.meaning is not None
    for relation in reading.meaning.relations:
        if relation["relation"] == "formula":
            return _formula(reading, relation, siblings)
    return None


def _formula(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> str | None:
    for form in relation["forms"]:
        base = _filled(form, reading, siblings)
        if base is None:
            continue
        plus = list(_terms(relation.get("plus", ()), base, reading, siblings))
        minus = list(_terms(relation.get("minus", ()), base, reading, siblings))
        if None in plus or None in minus or (relation.get("more") and not plus and not minus and base.isidentifier()):
            return None
        return f"{reading.path} = {base}" + "".join(f" + {t}" for t in plus) + "".join(f" - {t}" for t in minus)
    return None


def _filled(form: str, reading: Reading, siblings: Siblings) -> str | None:
    """The form with the paths of fields; None: one of them is not there, or not always."""
    found = [_operand(token.split("|"), reading, siblings) for token in _TOKEN.findall(form)]
    if any(path is None for path in found):
        return None
    paths = iter(found)
    return _TOKEN.sub(lambda _: str(next(paths)), form)


def _operand(names: Sequence[str], reading: Reading, siblings: Siblings) -> str | None:
    for name in names:
        if name == _LINES:
            if siblings.lines is not None:
                return siblings.lines
            continue
        found = siblings.pick(reading, [name.removeprefix("%")], NUMERIC_TYPES)
        if found is not None:
            if not always(found):
                return None
            return _share(found) if name.startswith("%") else found.path
    return None


def _share(rate: Reading) -> str:
    return rate.path if is_fraction(rate.leaf.spec) else f"{rate.path} / 100"


def is_fraction(spec: Field) -> bool:
    """Whether a share is said to be one of 1 rather than of 100."""
    if spec.type is not FieldType.FLOAT:
        return False
    listed = [value for value in spec.values or () if isinstance(value, int | float)]
    greatest = spec.max if spec.max is not None else max(listed, default=None)
    return greatest is not None and 0 < float(greatest) <= 1


def _terms(entries: Sequence[Any], base: str, reading: Reading, siblings: Siblings) -> Iterator[str | None]:
    """What is added to the base; None for what is there, but not always."""
    for entry in entries:
        for name in [entry] if isinstance(entry, str) else entry:
            plain = name.lstrip("%*")
            found = [r for r in siblings.of(plain) if r is not reading and r.leaf.spec.type in NUMERIC_TYPES]
            if not found:
                continue
            for part in found if name.startswith("*") else found[:1]:
                if not always(part):
                    yield None
                else:
                    yield f"{base} * {_share(part)}" if name.startswith("%") else part.path
            break


def counting_rule(reading: Reading, scope: Scope) -> str | None:
    """`item_count = count(items)` where both stand there; None: nothing that the name says is counted there."""
    words = reading.leaf.words
    if reading.leaf.spec.type is not FieldType.INTEGER or reading.leaf.element or len(words) < 2:
        return None
    counted = words[:-1] if words[-1] == "count" else words[1:] if words[0] in {"num", "total"} else ()
    if words[:2] == ("number", "of"):
        counted = words[2:]
    if not counted:
        return None
    arrays = [inner.path for inner in scope.inner if inner.level == inner.path and inner.always]
    arrays += [leaf.path for leaf in scope.leaves if leaf.element and leaf.always]
    for path in arrays:
        if singular(words_of(path.rpartition(".")[2]) or ("",)) == singular(counted):
            return f"{reading.path} = count({path})"
    return None
