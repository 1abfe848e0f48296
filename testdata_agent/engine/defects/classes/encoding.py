"""Texts that went through the wrong decoder, and texts that look as if they had to go through one.

Every record is JSON in UTF-8 and can be read. Halves of surrogate pairs are left out: many readers refuse the whole
document for one.
"""

from collections.abc import Iterator
from typing import Final

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.defect import DefectClass
from testdata_agent.engine.defects.payloads import Texture, after, before, inside, text_cases
from testdata_agent.engine.defects.spots import Spot

_ACCENTED = " Café – déjà vu"

_TEXTURES: Final[dict[str, tuple[str, Texture]]] = {
    "mojibake": ("UTF-8 read as Latin-1", after(_ACCENTED.encode().decode("latin-1"))),
    "mojibake_windows": ("UTF-8 read as Windows-1252", after(" Café".encode().decode("cp1252"))),
    "mojibake_twice": (
        "UTF-8 read as Latin-1, twice",
        after(" é".encode().decode("latin-1").encode().decode("latin-1")),
    ),
    "replacement_character": ("a replacement character", after(" Caf\ufffd")),
    "byte_order_mark": ("a byte order mark", before("\ufeff")),
    "null_character": ("a NUL", after("\0")),
    "null_inside": ("a NUL behind which more follows", inside("\0")),
    "escape_character": ("an escape sequence of terminals", after("\x1b[31m")),
    "backspace": ("a backspace", after("\b\b")),
    "delete_character": ("a DEL", after("\x7f")),
    "next_line": ("a C1 control character", after("\x85")),
    "line_separator": ("a line separator, which ended lines of JavaScript", after("\u2028")),
    "paragraph_separator": ("a paragraph separator", after("\u2029")),
    "noncharacter": ("a noncharacter", after("\uffff")),
    "bad_escape": ("what looks like an escape and is none", after("\\u00zz\\x")),
    "surrogate_escape": ("half of a surrogate pair as written in source text", after("\\ud83d")),
    "trailing_backslash": ("a backslash at the end", after("\\")),
    "percent_encoded": ("percent-encoding", after("%41%2F%3F")),
    "percent_twice": ("percent-encoding, twice", after("%2541")),
    "percent_broken": ("percent signs that encode nothing", after("100%zz%")),
    "percent_null": ("a NUL, percent-encoded", after("%00")),
    "percent_overlong": ("an overlong form of a slash, percent-encoded", after("%C0%AF")),
    "html_entities": ("character references", after("&#x41;&amp;amp;&nbsp;")),
    "quoted_printable": ("quoted-printable", after("=C3=A9=\r\n")),
    "utf7": ("UTF-7", after("+ADw-b+AD4-")),
    "base64": ("base64", after("Q2Fmw6k=")),
    "plus_for_space": ("a plus that forms read as a space", after("a+b%20c")),
    "carriage_return": ("a lone carriage return", after("\r")),
    "mixed_line_ends": ("line ends of three kinds", after("\r\n\n\r")),
}


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    return text_cases(spot, DefectClass.ENCODING, _TEXTURES)
