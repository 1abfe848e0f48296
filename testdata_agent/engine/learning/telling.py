"""A few words for a record that nobody described: what of it is unusual enough to be looked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from testdata_agent.engine.learning.scrubbing import values_at
from testdata_agent.engine.learning.vocabulary import untelling
from testdata_agent.engine.variation.layout import Layout, Leaf, Role

_MOST_TAGS, _MOST_THINGS, _LONGEST_NAME = 8, 4, 80
#: Words of so many digits are numbers of something.
_MOST_DIGITS: Final = 7


def name_of(entity: str, layout: Layout, record: Mapping[str, Any]) -> str:
    """A few words: `order, delivered, 3 items`."""
    parts = [entity, *_choices(layout, record), *_sizes(layout, record)]
    return ", ".join(parts)[:_LONGEST_NAME]


def intent_of(entity: str, layout: Layout, record: Mapping[str, Any]) -> str:
    """A sentence that is searched: what kind of record it is, how much of what is in it, and what it is about."""
    sizes, things = _sizes(layout, record), list(_things(layout, record))
    told = [f"{'An' if entity[:1] in 'aeiou' else 'A'} {entity}", *(f"with {size}" for size in sizes)]
    choices = [f"{path.replace('_', ' ').replace('.', ' ')} {value}" for path, value in _chosen(layout, record)]
    sentence = " ".join(told) + (": " + ", ".join(choices) if choices else "") + "."
    return sentence + (f" {'; '.join(things)}." if things else "")


def tags_of(layout: Layout, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Its choices, in lower case."""
    return tuple(dict.fromkeys(choice.lower() for choice in _choices(layout, record)))[:_MOST_TAGS]


def without_contacts(text: str) -> str:
    """What somebody wrote of records, without what has the form of an identifier or a contact."""
    return " ".join(word for word in untelling(text).split() if sum(map(str.isdigit, word)) < _MOST_DIGITS)


def _choices(layout: Layout, record: Mapping[str, Any]) -> Sequence[str]:
    return [value.replace("_", " ") for _, value in _chosen(layout, record)][:3]


def _chosen(layout: Layout, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, leaf in layout.leaves.items():
        if leaf.spec.values is not None and leaf.role is Role.TAKEN and not leaf.level:
            for value in values_at(path, record):
                if isinstance(value, str):
                    yield path, value


def _sizes(layout: Layout, record: Mapping[str, Any]) -> list[str]:
    found = []
    for path, holder in layout.holders.items():
        items = record.get(path)
        if holder.array and isinstance(items, list):
            found.append(f"{len(items)} {path if len(items) != 1 else _one_of(path)}")
    return found[:2]


def _one_of(name: str) -> str:
    for plural, singular in (("sses", "ss"), ("xes", "x"), ("ies", "y"), ("s", "")):
        if name.endswith(plural):
            return name.removesuffix(plural) + singular
    return name


def _things(layout: Layout, record: Mapping[str, Any]) -> Iterator[str]:
    named: list[Leaf] = [leaf for leaf in layout.leaves.values() if leaf.hint.get("part") in {"name", "category"}]
    seen: dict[str, None] = {}
    for leaf in named:
        if leaf.role is Role.TAKEN:
            seen |= dict.fromkeys(value for value in values_at(leaf.path, record) if isinstance(value, str))
    yield from list(seen)[:_MOST_THINGS]
