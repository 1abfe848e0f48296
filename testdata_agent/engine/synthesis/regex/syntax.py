"""Patterns as trees. RE2 has accepted the pattern before it comes here, so only well-formed text is met."""

import re
from dataclasses import dataclass

from testdata_agent.engine.synthesis.regex import charsets, faults
from testdata_agent.engine.synthesis.regex.charsets import Ranges
from testdata_agent.engine.synthesis.regex.faults import RegexFault

#: Groups within groups. The tree is walked recursively.
MAX_NESTING = 50

#: Different classes beyond ASCII in one pattern: each costs a look at all of Unicode, some 10 ms.
MAX_WIDE_CLASSES = 8


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of `ranges`; empty ranges match nothing."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Assertion:
    """A condition on the place between two characters: one of `^ $ m^ m$ b B` (m: by line)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """The parts one after another; no parts match the empty string."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the options."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`least` to `most` times the node; `most` None is without bound."""

    node: "Node"
    least: int
    most: int | None


Node = Chars | Assertion | Sequence | Choice | Repeat

_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<[^>]*>")
_REPEAT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_ESCAPED_CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|([0-7]{1,3}))")
_PROPERTY = re.compile(r"\\[pP](?:\{[^}]*\}|.)", re.DOTALL)
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLACES = {"A": "^", "z": "$", "b": "b", "B": "B"}
_BOUNDS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def parse(pattern: str) -> Node:
    """The tree of a pattern that RE2 accepts; raises RegexFault for the little that cannot be sampled."""
    return _Parser(pattern).parse()


class _Parser:
    """Recursive descent over the pattern; flags are scoped to their group."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._wide: set[str] = set()

    def parse(self) -> Node:
        return self._choice(frozenset())

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _choice(self, flags: frozenset[str]) -> Node:
        options: list[Node] = []
        parts: list[Node] = []
        while (char := self._peek()) and char != ")":
            if char == "|":
                self._at += 1
                options.append(_sequence(parts))
                parts = []
            elif (switch := _FLAGS.match(self._text, self._at)) and switch[3] == ")":
                self._at = switch.end()
                flags = _switched(flags, switch)
            elif self._repeats(parts):
                continue
            elif self._text.startswith("\\Q", self._at):
                parts.extend(self._quoted(flags))
            else:
                parts.append(self._atom(flags))
        options.append(_sequence(parts))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _repeats(self, parts: list[Node]) -> bool:
        """Apply the operator at this place to the last part, if it is one."""
        if not parts:
            return False
        bounds = _BOUNDS.get(self._peek())
        if bounds is not None:
            self._at += 1
        elif found := _REPEAT.match(self._text, self._at):
            self._at = found.end()
            least = int(found[1])
            bounds = (least, least if not found[2] else int(found[3]) if found[3] else None)
        if bounds is None:
            return False
        if self._peek() == "?":
            self._at += 1
        parts[-1] = Repeat(parts[-1], *bounds)
        return True

    def _quoted(self, flags: frozenset[str]) -> list[Node]:
        end = self._text.find("\\E", self._at + 2)
        stop = len(self._text) if end < 0 else end
        quoted = self._text[self._at + 2 : stop]
        self._at = stop if end < 0 else end + 2
        return [_literal(char, flags) for char in quoted]

    def _atom(self, flags: frozenset[str]) -> Node:
        char = self._peek()
        if char == "(":
            return self._group(flags)
        if char == "[":
            return self._chars(self._class_end(), flags)
        if char == "\\":
            return self._escape(flags)
        self._at += 1
        if char == ".":
            return Chars(charsets.members("(?s:.)" if "s" in flags else ".", fold=False))
        if char in "^$":
            return Assertion(f"m{char}" if "m" in flags else char)
        return _literal(char, flags)

    def _group(self, flags: frozenset[str]) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise RegexFault(faults.TOO_LARGE, f"the pattern nests groups deeper than {MAX_NESTING}")
        switch = _FLAGS.match(self._text, self._at)
        opening = switch or _NAMED.match(self._text, self._at)
        self._at = opening.end() if opening else self._at + 1
        node = self._choice(_switched(flags, switch) if switch else flags)
        self._at += 1
        self._depth -= 1
        return node

    def _class_end(self) -> int:
        """Where the bracketed class at this place ends."""
        text, at = self._text, self._at + 1
        if text.startswith("^", at):
            at += 1
        first = True
        while first or text[at] != "]":
            first = False
            if text.startswith("[:", at) and (end := text.find(":]", at + 2)) >= 0:
                at = end + 2
            elif found := _PROPERTY.match(text, at):
                at = found.end()
            else:
                at += 2 if text[at] == "\\" else 1
        return at + 1

    def _chars(self, end: int, flags: frozenset[str]) -> Node:
        written = self._text[self._at : end]
        self._at = end
        if charsets.is_beyond_ascii(written):
            self._wide.add(written)
            if len(self._wide) > MAX_WIDE_CLASSES:
                message = f"the pattern has more than {MAX_WIDE_CLASSES} different classes beyond ASCII"
                raise RegexFault(faults.TOO_LARGE, message)
        return Chars(charsets.members(written, fold="i" in flags))

    def _escape(self, flags: frozenset[str]) -> Node:
        if found := _ESCAPED_CODE.match(self._text, self._at):
            self._at = found.end()
            return _literal(chr(int(found[1] or found[2], 16) if found[1] or found[2] else int(found[3], 8)), flags)
        if found := _PROPERTY.match(self._text, self._at):
            return self._chars(found.end(), flags)
        char = self._text[self._at + 1]
        if char in "dDsSwW":
            return self._chars(self._at + 2, flags)
        self._at += 2
        if char == "C":
            raise RegexFault(faults.UNSUPPORTED, "the escape \\C (a single byte) is not supported")
        if char in _PLACES:
            return Assertion(_PLACES[char])
        return _literal(_CONTROLS.get(char, char), flags)


def _literal(char: str, flags: frozenset[str]) -> Node:
    return Chars(charsets.literal(char, fold="i" in flags))


def _sequence(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _switched(flags: frozenset[str], switch: re.Match[str]) -> frozenset[str]:
    return (flags | frozenset(switch[1])) - frozenset(switch[2] or "")
