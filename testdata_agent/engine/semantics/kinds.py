"""What an object is of which no name says it: told by what stands in it (`catalog/kinds.yaml`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from testdata_agent.engine.catalog.meanings import vocabulary
from testdata_agent.engine.semantics.names import words_of
from testdata_agent.engine.semantics.reading import Reading
from testdata_agent.engine.semantics.scopes import Scope


def told(scope: Scope, readings: Iterable[Reading], *, named: bool = False) -> tuple[str, str] | None:
    """The noun for an object with these fields, and the path of the field that tells it; None: nothing does.

    Fields with a word of their own before the meaning (`contact_email`) are somebody else's. Where the object is
    `named`, only what tells more than a name counts.
    """
    there = _there(scope, readings)
    for line in vocabulary().kinds:
        if any(term in there for term in line["without"]) or (named and line["broad"]):
            continue
        found = _applies(line, there)
        if found is not None:
            return line["noun"], there[found]
    return None


def _applies(line: Mapping[str, Any], there: Mapping[str, str]) -> str | None:
    """The first term of the line that is there, where enough of them are."""
    lists: Sequence[Sequence[str]] = line["all"]
    firsts = [next((term for term in terms if term in there), None) for terms in lists]
    return None if not firsts or None in firsts else firsts[0]


def _there(scope: Scope, readings: Iterable[Reading]) -> Mapping[str, str]:
    """Paths by what stands there: names of fields, as `=name` and as `name`, and meanings."""
    there: dict[str, str] = {}
    paths = (*(leaf.path for leaf in scope.leaves), *(inner.path for inner in scope.inner))
    for path in paths:
        name = "_".join(words_of(path.rpartition(".")[2]))
        there.setdefault(f"={name}", path)
        there.setdefault(name, path)
    for reading in readings:
        if reading.meaning is not None and not reading.prefix and not reading.leaf.element:
            there.setdefault(reading.meaning.name, reading.path)
    return there
