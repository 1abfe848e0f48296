"""Codes by their forms."""

from collections.abc import Sequence

import numpy as np

from testdata_agent.engine.synthesis import checkdigits, hashing
from testdata_agent.engine.synthesis.codes import Form
from testdata_agent.engine.synthesis.columns import I64, Column, Formatted, Part, Texts, objects
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import MAX_SPACE, permute
from testdata_agent.engine.synthesis.parts import joined
from testdata_agent.engine.synthesis.tables import Weights

#: A unique code's number is below this, so that the slots of one number tell it whole.
_UNIQUE_SPACE = 2**48


def codes(forms: Sequence[Form], weights: Sequence[int] | None) -> Maker:
    """Texts of one of the forms, by weight."""
    table = Weights.of(weights or [1] * len(forms))

    def make(_frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        if len(forms) == 1:
            return _column(forms[0], _numbers(hashes[0]), hashes[0], level.size)
        which = table.at(hashing.again(hashes[0], 21))
        texts = objects([""] * level.size)
        for number, form in enumerate(forms):
            at = np.flatnonzero(which == number)
            if len(at):
                texts[at] = _texts(form, _numbers(hashes[0][at]), hashes[0][at])
        return Texts(texts.tolist())

    return make


def unique_codes(form: Form, key: int) -> Maker:
    """Texts of a form, no two alike as long as there are any left."""
    space = unique_space(form)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return of_numbers(form, permute(level.numbers() % space, space, key ^ frame.seed), key)

    return make


def of_numbers(form: Form, numbers: I64, key: int) -> Column:
    """The texts of a form with these numbers, each below `unique_space`."""
    spread = hashing.mix(numbers.view(np.uint64) + np.uint64(key & 0xFFFFFFFF))
    return _column(form, numbers, spread, len(numbers))


def unique_space(form: Form) -> int:
    """How many texts of a form are told apart."""
    return min(form.space, _UNIQUE_SPACE)


def _numbers(hashes: U64) -> I64:
    return (hashes >> np.uint64(2)).astype(np.int64)


def _column(form: Form, numbers: I64, hashes: U64, size: int) -> Column:
    if form.check is None:
        return Formatted(lambda: _parts(form, numbers, hashes), size, safe=False)
    return Texts(_texts(form, numbers, hashes))


def _parts(form: Form, numbers: I64, hashes: U64) -> list[Part]:
    """Each slot's texts: digits of one number in bases as large as the slots, of fresh numbers once it is used up."""
    parts, left, turn = list[Part](), MAX_SPACE, 0
    for slot in form.slots:
        size = len(slot.texts)
        if size == 1:
            parts.append(slot.texts[0])
            continue
        if left < size * 4096:
            turn += 1
            numbers, left = _numbers(hashing.again(hashes, 30 + turn)), MAX_SPACE
        numbers, digits = np.divmod(numbers, size)
        left //= size
        parts.append(objects(slot.texts)[digits].tolist())
    return parts


def _texts(form: Form, numbers: I64, hashes: U64) -> list[str]:
    parts = _parts(form, numbers, hashes)
    if form.check is None:
        return joined(parts, len(numbers))
    at = next(i for i, slot in enumerate(form.slots) if slot.check is not None)
    check, size = checkdigits.CHECKS[form.check], len(numbers)
    before = joined(parts[:at], size) if at else [""] * size
    after = joined(parts[at + 1 :], size) if at + 1 < len(parts) else [""] * size
    return [f"{b}{check(b, a)}{a}" for b, a in zip(before, after, strict=True)]
