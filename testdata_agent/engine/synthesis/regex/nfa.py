"""Trees as non-deterministic automata over code point classes."""

from dataclasses import dataclass

from testdata_agent.engine.synthesis.regex import faults
from testdata_agent.engine.synthesis.regex.charsets import Ranges
from testdata_agent.engine.synthesis.regex.faults import RegexFault
from testdata_agent.engine.synthesis.regex.syntax import Assertion, Chars, Choice, Node, Repeat, Sequence

#: Nodes of one automaton: `[a-z]{1000}` has a thousand.
MAX_NODES = 20_000

#: The node that every match ends in.
MATCH = 0


@dataclass(slots=True)
class Nfa:
    """Nodes by number. A node reads a class, holds an assertion, or forks; MATCH does none of them.

    `classes[node]` is an index into `sets` or -1; `assertions[node]` is a kind or ""; `nexts[node]` are the successors.
    """

    classes: list[int]
    assertions: list[str]
    nexts: list[tuple[int, ...]]
    sets: list[Ranges]
    start: int

    @property
    def has_assertions(self) -> bool:
        """Whether any node looks at its neighbourhood."""
        return any(self.assertions)


def compile_nfa(tree: Node) -> Nfa:
    """The automaton of a tree; raises RegexFault TOO_LARGE above MAX_NODES."""
    builder = _Builder()
    start = builder.build(tree, MATCH)
    return Nfa(builder.classes, builder.assertions, builder.nexts, list(builder.sets), start)


class _Builder:
    """Builds from the back: each part is given the node that follows it."""

    def __init__(self) -> None:
        self.classes: list[int] = [-1]
        self.assertions: list[str] = [""]
        self.nexts: list[tuple[int, ...]] = [()]
        self.sets: dict[Ranges, int] = {}

    def build(self, node: Node, after: int) -> int:
        match node:
            case Chars(ranges):
                return self._add(after, cls=self.sets.setdefault(ranges, len(self.sets)))
            case Assertion(kind):
                return self._add(after, assertion=kind)
            case Sequence(parts):
                for part in reversed(parts):
                    after = self.build(part, after)
                return after
            case Choice(options):
                return self._add(*[self.build(option, after) for option in options])
            case Repeat():
                return self._repeat(node, after)

    def _repeat(self, node: Repeat, after: int) -> int:
        entry = after
        if node.most is None:
            entry = self._add()
            self.nexts[entry] = (self.build(node.node, entry), after)
        else:
            for _ in range(node.most - node.least):
                entry = self._add(self.build(node.node, entry), after)
        for _ in range(node.least):
            entry = self.build(node.node, entry)
        return entry

    def _add(self, *nexts: int, cls: int = -1, assertion: str = "") -> int:
        if len(self.nexts) >= MAX_NODES:
            raise RegexFault(faults.TOO_LARGE, f"the pattern's repetitions unfold to more than {MAX_NODES} parts")
        self.classes.append(cls)
        self.assertions.append(assertion)
        self.nexts.append(nexts)
        return len(self.nexts) - 1
