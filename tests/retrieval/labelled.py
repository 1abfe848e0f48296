"""The labelled set: what is stored, what testers ask for, and what they should find.

The corpus is the seeds, twins that differ from a seed in the one thing that matters, and copies of seeds in other
scopes. The queries were written before an index had answered them, and are not tuned to one. Half of them are for
tuning (`dev`), half tell how good it is (`test`): a hash of the query says which, so it never changes sides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from testdata_agent.stores.patterns.base import Scope
from testdata_agent.stores.patterns.pattern import Draft, PatternKind
from testdata_agent.stores.patterns.seeds import drafts

Split = Literal["dev", "test"]

FOLDER: Final = Path(__file__).parent
#: The domain of scopes that name none.
HOME: Final = "ecommerce"
FAMILIES: Final = (
    "lexical",
    "paraphrase",
    "hint_only",
    "misspelt",
    "near_miss_twins",
    "wrong_scope",
    "no_answer",
)
#: From this grade on a pattern is what was asked for; a lower one is only better than nothing.
WANTED: Final = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query and what it should find.

    Attributes:
        grades: Pattern id to 1 (related), 2 (will do) or 3 (meant); all others are worth nothing.
        allowed: Ids of all patterns in the scope.
    """

    text: str
    scope: Scope
    family: str
    split: Split
    grades: Mapping[str, int]
    allowed: frozenset[str]

    @property
    def wanted(self) -> frozenset[str]:
        """Those that were asked for; none: nothing in the scope was."""
        return frozenset(found for found, grade in self.grades.items() if grade >= WANTED)


def pattern_id(draft: Draft) -> str:
    """The same for the same draft in every run."""
    key = f"{draft.domain}/{draft.entity}/{draft.kind.value}/{draft.name}"
    return f"pat-{blake2b(key.encode(), digest_size=16).hexdigest()}"


@cache
def corpus() -> tuple[Draft, ...]:
    """All that is stored; no two have the same id."""
    seeds = tuple(drafts())
    additions = _yaml("additions")
    twins = [_twin(*entry) for entry in additions["twins"]]
    copies = [_copy(seeds, *entry) for entry in additions["copies"]]
    return (*seeds, *twins, *copies)


@cache
def queries() -> tuple[Labelled, ...]:
    """All of them, by family."""
    return tuple(query for family in FAMILIES for query in _of_family(family))


def _of_family(family: str) -> Iterator[Labelled]:
    for words, entries in _yaml(f"queries/{family}").items():
        scope = scope_of(words)
        inside = [draft for draft in corpus() if is_inside(draft, scope)]
        allowed = frozenset(map(pattern_id, inside))
        for text, grades in entries:
            found = {
                pattern_id(draft): grade for name, grade in grades.items() for draft in _beginning(inside, name, text)
            }
            yield Labelled(text, scope, family, _split(words, text), found, allowed)


def _split(words: str, text: str) -> Split:
    """Half-half in every family: that is what the salt was taken for, before anything was measured."""
    return "test" if blake2b(f"2537 {words}: {text}".encode(), digest_size=1).digest()[0] % 2 else "dev"


def scope_of(words: str) -> Scope:
    """Reads `entity`, `entity@domain` (`*`: any), `entity#kind` or `entity+tag`."""
    entity, _, tag = words.partition("+")
    entity, _, kind = entity.partition("#")
    entity, _, domain = entity.partition("@")
    return Scope(
        entity=entity,
        domain="" if domain == "*" else domain or HOME,
        kinds=frozenset({PatternKind(kind) if kind else PatternKind.PATTERN}),
        tags=frozenset({tag} if tag else ()),
    )


def is_inside(draft: Draft, scope: Scope) -> bool:
    """Whether a search of the scope may give the draft."""
    return (
        draft.entity == scope.entity
        and scope.domain in {"", draft.domain}
        and draft.kind in scope.kinds
        and scope.tags <= set(draft.tags)
    )


def _twin(entity: str, name: str, intent: str, tags: Sequence[str]) -> Draft:
    return Draft(
        kind=PatternKind.PATTERN, domain=HOME, entity=entity, name=name, intent=intent, record={}, tags=tuple(tags),
        quality=0.9,
    )  # fmt: skip


def _copy(seeds: Sequence[Draft], entity: str, beginning: str, target: str) -> Draft:
    inside = [seed for seed in seeds if is_inside(seed, scope_of(entity))]
    (original,) = _beginning(inside, beginning, target)
    scope = scope_of(target)
    return replace(original, entity=scope.entity, domain=scope.domain)


def _beginning(inside: Sequence[Draft], beginning: str, where: str) -> list[Draft]:
    """The drafts of one name; of several domains where the scope has them."""
    found = [draft for draft in inside if draft.name.startswith(beginning)]
    if len({draft.name for draft in found}) != 1:
        raise ValueError(f"{where!r}: {beginning!r} begins {len(found)} names of its scope, not one")
    return found


def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
