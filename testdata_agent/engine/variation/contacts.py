"""Ways to somebody that go with a name, and lead to nobody else."""

from collections.abc import Mapping
from typing import Final

from testdata_agent.engine.synthesis.columns import Choices, Column, Texts
from testdata_agent.engine.synthesis.scope import vector
from testdata_agent.engine.synthesis.slugs import slug
from testdata_agent.engine.variation.layout import NAME_PARTS, Layout

#: The last two digits of a telephone number, which number the lines that nobody has.
_LINES: Final = 100
#: Most characters before the `@` of an address (RFC 5321).
_LOCAL: Final = 64


def with_number(text: str, number: str) -> str:
    """An address with a number before its `@`, a telephone number that ends otherwise, any other name with it."""
    local, at, host = text.partition("@")
    if at:
        return f"{local.rstrip('0123456789')[: _LOCAL - len(number)]}{number}@{host}"
    if text[-2:].isdigit() and not text[:1].isalpha():
        return text[:-2] + f"{int(number.replace('.', '')) % _LINES:02d}"
    return text + number


def renamed(layout: Layout, columns: Mapping[str, Column], told: Mapping[str, Column]) -> dict[str, Column]:
    """The engine's addresses and user names, with the names that rows have in the place of those it made them of.

    Args:
        layout: Of the plan.
        columns: As the plan filled them.
        told: Names that stand in the records instead, by path.
    """
    found: dict[str, Column] = {}
    for leaf in layout.leaves.values():
        if not leaf.contact or leaf.hint.get("kind") != "person":
            continue
        for name in layout.inputs.get(leaf.path, ()):
            made = columns.get(name)
            if name not in told or not isinstance(made, Choices):
                continue
            last = layout.leaves[name].hint.get("part") == NAME_PARTS[-1]
            texts = vector(found.get(leaf.path, columns[leaf.path])).values.tolist()
            pairs = zip(texts, vector(made).values.tolist(), vector(told[name]).values.tolist(), strict=True)
            written = [_renamed(text, old, new, layout.locale, last=last) for text, old, new in pairs]
            column = columns[leaf.path]
            found[leaf.path] = Texts(written, column.present, column.nulls)
    return found


def _renamed(text: str, old: str, new: str, locale: str, *, last: bool) -> str:
    """A way that is made of one name, with another in its place; as it is where the name is not found in it."""
    if old == new:
        return text
    local, at, host = text.partition("@")
    was, now = slug(old, locale), slug(new, locale)
    place = local.rfind(was) if last else local.find(was)
    if place < 0:
        return text
    before, after = local[:place], local[place + len(was) :]
    return f"{before}{now[: max(1, _LOCAL - len(before) - len(after))]}{after}{at}{host}"
