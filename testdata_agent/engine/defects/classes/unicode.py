"""Texts that are longer, shorter, turned round or equal to others only by how they look."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.defect import DefectClass
from testdata_agent.engine.defects.payloads import Texture, after, before, inside, text_cases
from testdata_agent.engine.defects.spots import Spot

_LOOKALIKES: Final = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
#: Combining marks on one character.
_MARKS = 400

_TEXTURES: Final[dict[str, tuple[str, Texture]]] = {
    "combining_mark": ("a combining mark", inside("\u0301")),
    "long_grapheme": (f"one character of {_MARKS} combining marks", after("a" + "\u0310\u0323" * (_MARKS // 2))),
    "composed": ("accents in composed form (NFC); `decomposed` is its twin", after(" Zoë Åström")),
    "decomposed": (
        "accents in decomposed form (NFD); `composed` is its twin",
        after(unicodedata.normalize("NFD", " Zoë Åström")),
    ),
    "right_to_left_override": ("a right-to-left override", before("\u202e")),
    "bidirectional_isolate": ("an isolate that is not closed", inside("\u2067")),
    "right_to_left_text": ("Hebrew and Arabic", after(" שלום مرحبا")),
    "zero_width_space": ("a zero-width space", inside("\u200b")),
    "zero_width_joiner": ("a zero-width joiner", inside("\u200d")),
    "soft_hyphen": ("a soft hyphen", inside("\u00ad")),
    "no_break_space": ("a no-break space at the end", after("\u00a0")),
    "ideographic_space": ("an ideographic space at the end", after("\u3000")),
    "emoji": ("a character outside of the basic plane", after(" 😀")),
    "emoji_sequence": ("one emoji of seven code points", after(" 👨‍👩‍👧‍👦")),
    "emoji_flag": ("a flag of two code points", after(" 🇩🇪")),
    "variation_selector": ("a variation selector", after(" ❤️")),
    "supplementary_ideograph": ("an ideograph outside of the basic plane", after(" 𠮷")),
    "mathematical_letters": ("letters that compatibility forms make plain", before("𝐀𝒷𝕔")),
    "full_width": ("full-width forms", lambda text: text.translate(_FULL_WIDTH)),
    "lookalikes": ("Cyrillic letters that look like Latin ones", lambda text: text.translate(_LOOKALIKES)),
    "ligature": ("a ligature", after(" \ufb01n")),
    "sharp_s": ("a letter that grows in upper case", after(" Straße")),
    "dotted_i": ("a letter whose lower case depends on the language", after(" İstanbul ı")),
    "private_use": ("a private character", after("\ue000")),
    "only_spaces": ("nothing but white space", lambda text: " " * max(1, len(text))),
    "outer_spaces": ("white space at both ends", lambda text: f"  {text}\t"),
}


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    return text_cases(spot, DefectClass.UNICODE, _TEXTURES)
