"""Makers of a person's parts by what the fields mean: names, and what agrees with them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Choices, Column, Formatted, Part, Texts, Words, objects
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.generators.people import MAIL_DOMAINS
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.parts import wholes
from testdata_agent.engine.synthesis.slugs import slug

MALE, FEMALE = "male", "female"
#: Parts that the first name goes by.
GENDERED = ("gender", "salutation", "pronouns")
_GENDERS = Words((FEMALE, MALE))
_SAID: Mapping[str, Mapping[str, Sequence[str]]] = {
    "gender": {FEMALE: ("female",), MALE: ("male",)},
    "salutation": {FEMALE: ("Ms.", "Ms.", "Mrs.", "Dr."), MALE: ("Mr.", "Mr.", "Mr.", "Dr.")},
    "pronouns": {FEMALE: ("she/her",), MALE: ("he/him",)},
}
#: Languages in which the family name comes first.
_FAMILY_FIRST = frozenset({"ja", "ko", "zh", "hu", "vi"})
_WOMEN = frozenset({"f", "female", "w", "woman", "weiblich", "femme", "mujer", "ms", "mrs", "miss", "frau", "she/her"})
_MEN = frozenset({"m", "male", "man", "männlich", "homme", "hombre", "mr", "herr", "he/him"})


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the person of the field's group."""
    wanted, group = hint["part"], hint["group"]
    if wanted in {"first_name", "last_name"}:
        return _name_maker(draft, group, wanted, level)
    if wanted == "middle_name":
        return _pooled(draft.resources.pool_words("first_name")), (), VALUE
    if wanted in GENDERED:
        return _gendered(draft, spec, group, level, wanted)
    first, last = (_column(draft, group, name, level) for name in ("first_name", "last_name"))
    if wanted == "full_name":
        order = (last, first) if draft.resources.locale[:2] in _FAMILY_FIRST else (first, last)
        return meant.template([(order[0], True), (" ", False), (order[1], True)]), (first, last), ()
    if wanted == "initials":
        return _initials(first, last), (first, last), ()
    addressed = wanted == "email"
    slugs = _Slugs(draft)
    return _contact(first, last, slugs, draft.key(path), mail=addressed), (first, last), VALUE if addressed else ()


def _column(draft: Draft, group: str, name: str, level: str) -> str:
    """The path of a name: the field's own where there is one, else a hidden column."""
    own = draft.outline.member("person", group, name)
    if own is not None:
        return own
    hidden = f"{group}#{name}"
    if hidden not in draft.nodes:
        maker, needs, purposes = _name_maker(draft, group, name, level)
        draft.add(hidden, level, maker, needs, purposes)
    return hidden


def _name_maker(draft: Draft, group: str, name: str, level: str) -> tuple[Maker, Sequence[str], Sequence[str]]:
    resources = draft.resources
    if name == "first_name" and any(draft.outline.member("person", group, part) for part in GENDERED):
        gender = _gender(draft, group, level)
        women, men = (resources.pool_words(f"first_name_{kind}") for kind in (FEMALE, MALE))
        return _first_name(gender, women, men), (gender,), VALUE
    return _pooled(resources.pool_words(name)), (), VALUE


def _pooled(words: Words) -> Maker:
    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(hashing.below(hashes[0], len(words)), words)

    return make


def _gender(draft: Draft, group: str, level: str) -> str:
    """The hidden column of the person's gender, as far as the fields that show it allow."""
    allowed = {FEMALE, MALE}
    for part_name in GENDERED:
        path = draft.outline.member("person", group, part_name)
        if path is None:
            continue
        fixed, values = draft.limits.fixed.get(path), draft.limits.fields[path].values
        said = [fixed] if fixed is not None and not isinstance(fixed, list) else values
        kinds = {_kind(str(value)) for value in said or ()} - {None}
        if kinds and allowed & kinds:
            allowed &= kinds
    codes = np.array([number for number, kind in enumerate(_GENDERS.texts) if kind in allowed], dtype=np.int64)

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(codes[hashing.below(hashes[0], len(codes))], _GENDERS)

    return draft.add(f"{group}#gender", level, make)


def _kind(text: str) -> str | None:
    word = text.lower().rstrip(".")
    return FEMALE if word in _WOMEN else MALE if word in _MEN else None


def _first_name(gender: str, women: Words, men: Words) -> Maker:
    both = Words((*women.texts, *men.texts))

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[gender]
        assert isinstance(drawn, Choices)
        male = drawn.codes == 1
        sizes = np.where(male, len(men), len(women))
        return Choices(hashing.below(hashes[0], sizes) + np.where(male, len(women), 0), both)

    return make


def _gendered(draft: Draft, spec: Field, group: str, level: str, part_name: str) -> Found:
    """What says the gender: of the field's values, else of the usual ones."""
    gender = _gender(draft, group, level)
    tables: dict[str, list[str]] = {kind: list(texts) for kind, texts in _SAID[part_name].items()}
    if spec.values is not None:
        texts = list(map(str, spec.values))
        tables = {kind: [t for t in texts if _kind(t) in {kind, None}] for kind in (FEMALE, MALE)}
        # Who is neither is seldom: a few of all, so that every value comes.
        for kind, found in tables.items():
            own = [t for t in found if _kind(t) == kind]
            tables[kind] = own * (24 if len(found) > len(own) else 1) + [t for t in found if _kind(t) is None] or texts
    words = Words((*tables[FEMALE], *tables[MALE]))
    sizes = (len(tables[FEMALE]), len(tables[MALE]))

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[gender]
        assert isinstance(drawn, Choices)
        male = drawn.codes == 1
        picked = hashing.below(hashes[0], np.where(male, sizes[1], sizes[0]))
        return Choices(picked + np.where(male, sizes[0], 0), words)

    return make, (gender,), VALUE


def _initials(first: str, last: str) -> Maker:
    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        names = [meant.texts_of(frame.columns[path], level.size) for path in (first, last)]
        return Texts(["".join(name[:1] for name in pair) for pair in zip(*names, strict=True)])

    return make


#: Lists of words of which the slugs are kept, for all plans of a locale.
_KEPT = 8


class _Slugs:
    """Names as addresses spell them, each word once."""

    def __init__(self, draft: Draft) -> None:
        self._locale = draft.resources.locale
        self._known: dict[int, tuple[Words, Any]] = draft.resources.shared("slugs of words", dict)

    def of(self, column: Column, size: int) -> list[str]:
        if not isinstance(column, Choices):
            return [slug(text, self._locale) for text in meant.texts_of(column, size)]
        known = self._known.get(id(column.words))
        if known is None or known[0] is not column.words:
            if len(self._known) > _KEPT:
                self._known.clear()
            made = objects([slug(str(text), self._locale) for text in column.words.texts])
            known = self._known[id(column.words)] = (column.words, made)
        slugs: list[str] = known[1][column.codes].tolist()
        return slugs


def _contact(first: str, last: str, slugs: _Slugs, key: int, *, mail: bool) -> Maker:
    """`first.last217@example.org` or `first_last217`: the number makes it unique by construction."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        one, other = frame.columns[first], frame.columns[last]
        numbers = _short(level.numbers(), key ^ frame.seed)

        def parts() -> list[Part]:
            names: list[Part] = [slugs.of(one, level.size), "." if mail else "_", slugs.of(other, level.size)]
            ends = MAIL_DOMAINS[hashing.below(hashes[0], len(MAIL_DOMAINS))].tolist() if mail else ""
            return [*names, wholes(numbers), *([ends] if mail else [])]

        return Formatted(parts, level.size)

    return make


def _short(rows: I64, key: int) -> I64:
    return meant.serial_numbers(rows, key, first=10)
