"""Makers of texts by what they mean: codes, choices, sentences, names put together, and what follows another text."""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from testdata_agent.engine.catalog.phrases import phrases
from testdata_agent.engine.catalog.reviews import STARS
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.codes import parse_form
from testdata_agent.engine.synthesis.columns import Choices, Column, Formatted, Numbers, Part, Words
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import texts as plain_texts
from testdata_agent.engine.synthesis.fields.meant import people, places, tables
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import choices, codes, ids, meant
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.pattern import parse_pattern
from testdata_agent.engine.synthesis.slugs import slug as slugged

_TOKEN: Final = re.compile(r"\{(\w+):([^}]+)\}")
_NOT_WORDS: Final = re.compile(r"[^0-9A-Za-z]+")
#: How many of another thing there are that a record may belong to.
_OTHERS: Final = 400
_NUMBER_DIGITS: Final = 6
#: A BIC without a branch.
_SHORT_BIC: Final = 8


def code(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A text of one of the forms; unique ones are all of the first form that has room."""
    forms = [parse_form(text) for text in hint["forms"]]
    if spec.unique:
        widest = max(forms, key=lambda form: form.space)
        draft.room(path, level, codes.unique_space(widest))
        return codes.unique_codes(widest, draft.key(path)), (), ()
    return codes.codes(forms, hint.get("weights")), (), VALUE


def choice(_draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """One of the meaning's words."""
    return choices.weighted(list(map(str, hint["values"])), hint.get("weights")), (), VALUE


def words(draft: Draft, topic: str) -> Words:
    """The phrases of a topic as words, one object for all plans."""
    found: Words = draft.resources.shared(f"phrases {topic}", lambda: Words(phrases(topic)))
    return found


def prose(draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Some sentences of a topic, no sentence twice."""
    known = words(draft, hint["topic"])
    least, most = hint["sentences"]
    if most == 1 or (spec.max_length is not None and spec.max_length < 2 * max(map(len, known.texts))):
        return _word(known), (), VALUE
    array, size = known.array, len(known)

    def make(_frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        counts = least + hashing.below(hashing.again(hashes[0], 12), most - least + 1)
        first, step = hashing.below(hashes[0], size), 1 + hashing.below(hashing.again(hashes[0], 13), size // most - 1)

        def parts() -> list[Part]:
            columns: list[Part] = [array[first].tolist()]
            for number in range(1, most):
                more = array[(first + number * step) % size]
                columns.append([f" {t}" if n > number else "" for t, n in zip(more, counts.tolist(), strict=True)])
            return columns

        return Formatted(parts, level.size, safe=False)

    return make, (), VALUE


def _word(known: Words) -> Maker:
    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(hashing.below(hashes[0], len(known)), known)

    return make


def template(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A text put together from others, each a column of its own or of a group."""
    parts, at = list[tuple[str, bool]](), 0
    for number, match in enumerate(_TOKEN.finditer(hint["text"])):
        if match.start() > at:
            parts.append((hint["text"][at : match.start()], False))
        at = match.end()
        parts.append((_filled(draft, f"{path}#{number}", spec, level, match[1], match[2], hint), True))
    if at < len(hint["text"]):
        parts.append((hint["text"][at:], False))
    needs = tuple(dict.fromkeys(text for text, is_path in parts if is_path))
    return meant.template(parts), needs, ()


def _filled(draft: Draft, path: str, spec: Field, level: str, kind: str, name: str, hint: dict[str, Any]) -> str:
    """The column of one part of a template."""
    own_group = f"{path.rpartition('#')[0]}~"
    plain = spec.model_copy(update={"type": FieldType.STRING, "unique": False, "max_length": None, "min_length": None})
    if kind == "words":
        return draft.add(path, level, _word(words(draft, name)))
    if kind == "code":
        return draft.add(path, level, codes.codes([parse_form(f"{{{name}}}")], None))
    found: Found
    table, _, part = name.partition(".")
    group = hint.get("groups", {}).get(f"table {table}" if kind == "table" else kind, own_group)
    if kind == "table":
        own = draft.outline.member(f"table {table}", group, part)
        if own is not None:
            return own
        found = tables.part(draft, path, plain, level, {"table": table, "part": part, "group": group})
    else:
        own = draft.outline.member(kind, group, name)
        if own is not None:
            return own
        makers = {"person": people.part, "place": places.part}
        found = makers[kind](draft, path, plain, level, {"part": name, "group": group})
    assert found is not None
    return draft.add(path, level, *found)


def pool(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A word of a pool that the field's limits allow."""
    return plain_texts.pooled(draft, path, spec, level, hint["provider"])


def company(draft: Draft, path: str, _spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the company of the field's group."""
    own = draft.outline.member("company", hint["group"], "name")
    if hint["part"] == "name" and own in {None, path}:
        return _word(draft.resources.pool_words("company")), (), VALUE
    name = own
    if name is None:
        name = draft.add(f"{hint['group']}#company", level, _word(draft.resources.pool_words("company")))
    locale = draft.resources.locale
    part, _, desk = hint["part"].partition(".")
    form = {"website": "https://www.%s.example", "domain": "%s.example", "email": f"{desk}@%s.example"}.get(part, "%s")
    return meant.mapped(name, lambda text: form % slugged(text, locale)[:40]), (name,), ()


def called(draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """An address of the house whose name stands beside it."""
    form, locale = hint["form"], draft.resources.locale
    return meant.mapped(hint["of"], lambda text: form % slugged(text, locale)[:40]), (hint["of"],), ()


def joined(_draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The texts of the fields beside it with a word between them."""
    paths = hint["parts"]
    parts = [part for path in paths for part in ((hint["between"], False), (path, True))][1:]
    return meant.template(parts), tuple(paths), ()


def bank_of(_draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The BIC, in its test form, of a bank of the country of the IBAN beside it; its letters are the bank code's."""
    branch = "XXX" if (spec.min_length or 0) > _SHORT_BIC else ""

    def change(iban: str) -> str:
        country, bank, number = iban[:2], iban[4:8], int("".join(filter(str.isdigit, iban)) or 0)
        letters = bank if bank.isalpha() else "".join(chr(ord("A") + number // 26**at % 26) for at in range(4))
        return f"{letters}{country}{'FMBL'[number % 4]}0{branch}"

    return meant.mapped(hint["of"], change), (hint["of"],), ()


def slug(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The text beside it, as an address writes it."""
    locale = draft.resources.locale

    def change(text: str) -> str:
        return "-".join(filter(None, (slugged(word, locale) for word in _NOT_WORDS.split(_plain(text))))) or "item"

    maker = meant.mapped(hint["of"], change)
    if spec.unique:
        return meant.numbered(maker, draft.key(path), "-"), (hint["of"],), ()
    return maker, (hint["of"],), ()


def _plain(text: str) -> str:
    return text.replace("'", "")


def uuid(_draft: Draft, _path: str, _spec: Field, _level: str, _hint: dict[str, Any]) -> Found:
    """A version 4 UUID."""
    return ids.uuid(), (), ("high", "low")


def numbered(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """`EMP-204981`: unique where it is the record's own number, else that of one of some hundred others."""
    word, key = hint.get("as", hint["word"]), draft.key(path)
    pattern = parse_pattern(f"{word}-{'{year}-' if hint.get('year') else ''}{{random:{_NUMBER_DIGITS}}}")
    if hint["own"] or "as" in hint:
        if spec.unique:
            draft.room(path, level, pattern.space)
        return ids.by_pattern(pattern, key, None), (), ()
    by_number = ids.by_pattern(pattern, key, None)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return by_number(frame, Level(hashing.below(hashes[0], _OTHERS)), ())

    return make, (), VALUE


def rated(draft: Draft, _path: str, _spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """What a reviewer writes, in agreement with the stars beside it."""
    reviews, of = draft.resources.reviews, hint["of"]
    if of is None:
        of = draft.add(f"{_path}#stars", level, choices.weighted([1, 2, 3, 4, 5], [8, 6, 12, 29, 45]))
    texts: dict[int, tuple[str, ...]] = {}
    for stars in STARS:
        forms = reviews.parts[stars, "opening"] if hint["part"] == "body" else None
        texts[stars] = (
            reviews.titles[stars]
            if forms is None
            else tuple(text.replace("{thing}", "item") for topic in forms for text in topic)
        )
    known = Words([text for stars in STARS for text in texts[stars]])
    sizes = np.array([len(texts[stars]) for stars in STARS], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        column = frame.columns[of]
        if isinstance(column, Numbers):
            unit = 10**column.scale
            stars = np.clip((column.values * 2 + unit) // (2 * unit), STARS[0], STARS[-1]) - 1
        else:
            assert isinstance(column, Choices)
            stars = column.codes
        return Choices(starts[stars] + hashing.below(hashes[0], sizes[stars]), known)

    return make, (of,), VALUE
