"""Character classes as ranges of code points.

RE2 itself is asked what a class holds, so that `\\pL`, `[[:alpha:]]` or case folding mean exactly what they mean to it.
Of a wide class only the printable ASCII part is kept: it is what a person would type.
"""

import functools
from bisect import bisect_left

from testdata_agent.engine.synthesis.regex.dialect import compile_re2

Range = tuple[int, int]
Ranges = tuple[Range, ...]

_SURROGATES = (0xD800, 0xDFFF)
_LAST = 0x10FFFF
_PRINTABLE_FIRST, _PRINTABLE_LAST = 0x20, 0x7E
_ASCII = bytes(range(128))

#: A class above this size is cut to its printable ASCII members, where it has any.
_WIDE = 5_000

WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
NEWLINE: Ranges = ((0x0A, 0x0A),)
ALPHANUMERIC: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A))


def size(ranges: Ranges) -> int:
    """The number of code points in disjoint ranges."""
    return sum(last - first + 1 for first, last in ranges)


@functools.lru_cache(maxsize=1024)
def members(text: str, *, fold: bool) -> Ranges:
    """The code points to draw from for one class as written in a pattern: `[a-z]`, `\\d`, `.`, `\\p{Greek}`.

    `fold` is the flag (?i). Sorted, disjoint, without surrogates; empty where the class is.
    """
    pattern = f"(?i){text}" if fold else text
    ascii_ranges = _scan_ascii(pattern)
    printable = _cut(ascii_ranges, _PRINTABLE_FIRST, _PRINTABLE_LAST)
    if printable and (_is_open(text) or not is_beyond_ascii(text)):
        return printable
    if ascii_ranges and text.isascii() and not is_beyond_ascii(text):
        return _cut(ascii_ranges, 1, 127) or ascii_ranges
    every = _scan_all(pattern)
    if printable and size(every) > _WIDE:
        return printable
    return _common(every, _visible()) or every


def literal(char: str, *, fold: bool) -> Ranges:
    """The code points that a literal character matches."""
    if not fold:
        return ((ord(char), ord(char)),)
    others = {char, *char.lower(), *char.upper(), *char.title()}
    compiled = compile_re2(f"(?i)\\x{{{ord(char):x}}}")
    matching = sorted(ord(other) for other in others if compiled.fullmatch(other))
    return _merged([(code, code) for code in matching])


def _is_open(text: str) -> bool:
    """Whether a class is told by what it is not, or by a property: it is wide, and nobody listed its members."""
    return text.startswith(("[^", "\\P", "\\p", "\\D", "\\S", "\\W", "."))


def is_beyond_ascii(text: str) -> bool:
    """Whether a class names characters above ASCII, or a property: looking its members up is dear."""
    return not text.isascii() or "\\x" in text or "\\p" in text or "\\P" in text


def _scan_ascii(pattern: str) -> Ranges:
    return _merged([(at, at) for match in compile_re2(pattern).finditer(_ASCII) for at in range(*match.span())])


def _scan_all(pattern: str) -> Ranges:
    text, starts = _all_code_points()
    found: list[Range] = []
    for match in compile_re2(f"{pattern}+").finditer(text):
        first, end = match.span()
        found.extend(_codes(first, end, starts))
    return _merged(found)


@functools.cache
def _all_code_points() -> tuple[bytes, tuple[tuple[int, int, int], ...]]:
    """Every code point but surrogates, in order, as UTF-8; and (first byte, first code point, width) of each width."""
    spans = ((0, 0x7F, 1), (0x80, 0x7FF, 2), (0x800, 0xFFFF, 3), (0x10000, _LAST, 4))
    parts: list[bytes] = []
    starts: list[tuple[int, int, int]] = []
    offset = 0
    for first, last, width in spans:
        codes = [*range(first, last + 1)]
        if width == 3:
            codes = [*range(first, _SURROGATES[0]), *range(_SURROGATES[1] + 1, last + 1)]
        part = "".join(map(chr, codes)).encode()
        starts.append((offset, first, width))
        parts.append(part)
        offset += len(part)
    starts.append((offset, _LAST + 1, 1))
    return b"".join(parts), tuple(starts)


def _codes(begin: int, end: int, starts: tuple[tuple[int, int, int], ...]) -> list[Range]:
    """The code points of a span of bytes in the text of all code points."""
    first, last = _code_at(begin, starts), _code_at(end - 1, starts)
    if first < _SURROGATES[0] <= _SURROGATES[1] < last:
        return [(first, _SURROGATES[0] - 1), (_SURROGATES[1] + 1, last)]
    return [(first, last)]


def _code_at(offset: int, starts: tuple[tuple[int, int, int], ...]) -> int:
    begin, code, width = next(start for start in reversed(starts) if start[0] <= offset)
    code += (offset - begin) // width
    gap = _SURROGATES[1] - _SURROGATES[0] + 1
    return code + gap if width == 3 and code >= _SURROGATES[0] else code


@functools.cache
def _visible() -> Ranges:
    """Letters, digits, punctuation and symbols, as RE2 knows them: the same on every Python."""
    return _scan_all("[\\pL\\pN\\pP\\pS]")


def _common(some: Ranges, others: Ranges) -> Ranges:
    """The code points of both."""
    found: list[Range] = []
    at = 0
    for first, last in some:
        at = bisect_left(others, (first, first), lo=at, key=lambda other: (other[1], other[1]))
        for begin, end in others[at:]:
            if begin > last:
                break
            found.append((max(first, begin), min(last, end)))
    return tuple(found)


def _cut(ranges: Ranges, first: int, last: int) -> Ranges:
    return tuple((max(a, first), min(b, last)) for a, b in ranges if a <= last and b >= first)


def _merged(ranges: list[Range]) -> Ranges:
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)
