"""Forms of codes: `978{d9}{check:ean}` is three signs, nine digits and the check digit of what stands before it.

`{d4}` digits, `{x8}` hexadecimal digits, `{A2}` letters, `{w6}` letters and digits that nobody confuses, `{b24}`
letters of both cases and digits, `{v5}` what a vehicle's number is made of, `{g6}` a geohash, `{n2-40}` a number
(`{n1-12:2}` with leading zeros), `{in:A|B}` one of these, `{check:NAME}` check digits.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from testdata_agent.engine.synthesis import checkdigits

ALPHABETS: Final = {
    "d": "0123456789",
    "x": "0123456789abcdef",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "w": "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
    "b": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "v": "ABCDEFGHJKLMNPRSTUVWXYZ0123456789",
    "g": "0123456789bcdefghjkmnpqrstuvwxyz",
}
_TOKEN: Final = re.compile(r"\{(?:([dxAwbvg])(\d+)|n(\d+)-(\d+)(?::(\d+))?|in:([^}]+)|check:(\w+))\}")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a form: one of these texts; or, with `check`, what the others give."""

    texts: tuple[str, ...]
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form read.

    Attributes:
        slots: In their order.
        space: How many texts it has.
    """

    slots: tuple[Slot, ...]
    space: int

    @property
    def check(self) -> str | None:
        """The name of its check digits."""
        return next((slot.check for slot in self.slots if slot.check is not None), None)


@lru_cache(maxsize=1024)
def parse_form(text: str) -> Form:
    """Reads a form of the catalogue."""
    slots, at, space = list[Slot](), 0, 1
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            slots.append(Slot((text[at : match.start()],)))
        at = match.end()
        if match[7]:
            slots.append(Slot(("0" * checkdigits.WIDTHS[match[7]],), match[7]))
            continue
        added = _slots(match)
        slots += added
        for slot in added:
            space *= len(slot.texts)
    if at < len(text):
        slots.append(Slot((text[at:],)))
    return Form(tuple(slots), space)


def _slots(match: re.Match[str]) -> list[Slot]:
    if match[1]:
        return [Slot(tuple(ALPHABETS[match[1]]))] * int(match[2])
    if match[6]:
        return [Slot(tuple(match[6].split("|")))]
    width = int(match[5] or 0)
    return [Slot(tuple(f"{n:0{width}d}" for n in range(int(match[3]), int(match[4]) + 1)))]
