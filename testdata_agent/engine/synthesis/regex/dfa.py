"""Deterministic automata, made only as far as they are walked: each string has one path, so paths can be counted."""

from testdata_agent.engine.synthesis.regex import faults
from testdata_agent.engine.synthesis.regex.alphabet import EDGE, NEWLINE_CHAR, WORD_CHAR, Alphabet
from testdata_agent.engine.synthesis.regex.faults import Budget, RegexFault
from testdata_agent.engine.synthesis.regex.nfa import MATCH, Nfa

#: States of one automaton. `(a|b)*a(a|b){20}` would need a million.
MAX_STATES = 5_000

Edge = tuple[int, int]


class Dfa:
    """States by number, 0 first; `edges(state)` makes the next ones as they are asked for.

    A state is the set of places in the pattern where a reader may stand, and the kind of character last read.
    """

    def __init__(self, nfa: Nfa, alphabet: Alphabet, budget: Budget) -> None:
        """Nothing is unfolded yet; `budget` pays for all later work."""
        self._nfa = nfa
        self._alphabet = alphabet
        self._budget = budget
        self._sees_kinds = nfa.has_assertions
        self._numbers: dict[tuple[frozenset[int], int], int] = {}
        self._states: list[tuple[frozenset[int], int]] = []
        self._edges: list[tuple[Edge, ...] | None] = []
        self._closures: dict[int, frozenset[int]] = {}
        self._number(self._closure(nfa.start), EDGE)

    def __len__(self) -> int:
        """The number of states known so far."""
        return len(self._states)

    def edges(self, state: int) -> tuple[Edge, ...]:
        """(mask of atoms, next state) of a state: masks are disjoint, next states distinct."""
        known = self._edges[state]
        if known is None:
            known = self._edges[state] = self._unfold(*self._states[state])
        return known

    def accepts(self, state: int) -> bool:
        """Whether a string may end here."""
        nodes, before = self._states[state]
        return MATCH in self._resolved(nodes, before, EDGE)

    def _unfold(self, nodes: frozenset[int], before: int) -> tuple[Edge, ...]:
        masks: dict[int, int] = {}
        for kind, kind_mask in self._alphabet.kinds:
            for mask, targets in self._blocks(self._resolved(nodes, before, kind), kind_mask):
                reached: set[int] = set()
                for target in targets:
                    reached |= self._closure(target)
                self._budget.spend(len(reached) + len(targets))
                number = self._number(frozenset(reached), kind if self._sees_kinds else EDGE)
                masks[number] = masks.get(number, 0) | mask
        return tuple((mask, number) for number, mask in masks.items())

    def _blocks(self, nodes: frozenset[int], every: int) -> list[tuple[int, tuple[int, ...]]]:
        """Atoms that lead to the same nodes, with those nodes."""
        by_class: dict[int, list[int]] = {}
        for node in sorted(nodes):
            if self._nfa.classes[node] >= 0:
                by_class.setdefault(self._nfa.classes[node], []).append(self._nfa.nexts[node][0])
        blocks: list[tuple[int, tuple[int, ...]]] = [(every, ())]
        for number, targets in by_class.items():
            inside = self._alphabet.class_masks[number]
            self._budget.spend(len(blocks))
            split: list[tuple[int, tuple[int, ...]]] = []
            for mask, reached in blocks:
                if mask & inside:
                    split.append((mask & inside, (*reached, *targets)))
                if mask & ~inside:
                    split.append((mask & ~inside, reached))
            blocks = split
        return [(mask, targets) for mask, targets in blocks if targets]

    def _number(self, nodes: frozenset[int], before: int) -> int:
        key = (nodes, before)
        number = self._numbers.setdefault(key, len(self._states))
        if number == len(self._states):
            if number >= MAX_STATES:
                raise RegexFault(
                    faults.TOO_LARGE, f"the pattern needs more than {MAX_STATES} states to tell matches apart"
                )
            self._states.append(key)
            self._edges.append(None)
        return number

    def _closure(self, node: int) -> frozenset[int]:
        """Where a reader at `node` may stand without reading on; forks themselves are left out."""
        known = self._closures.get(node)
        if known is None:
            known = self._closures[node] = frozenset(self._reach([node], held=None))
        return known

    def _resolved(self, nodes: frozenset[int], before: int, after: int) -> frozenset[int]:
        """The nodes reached once assertions are judged between the kinds `before` and `after`."""
        if not self._sees_kinds:
            return nodes
        return frozenset(self._reach(list(nodes), held=(before, after)))

    def _reach(self, stack: list[int], held: tuple[int, int] | None) -> set[int]:
        seen = set(stack)
        reached: set[int] = set()
        while stack:
            node = stack.pop()
            self._budget.spend(1)
            assertion = self._nfa.assertions[node]
            if node == MATCH or self._nfa.classes[node] >= 0:
                reached.add(node)
                continue
            if assertion and (held is None or not _holds(assertion, *held)):
                # Kept only while unjudged; once it failed, nobody can stand here.
                reached.update((node,) if held is None else ())
                continue
            for after in self._nfa.nexts[node]:
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
        return reached


def _holds(assertion: str, before: int, after: int) -> bool:
    match assertion:
        case "^":
            return before == EDGE
        case "$":
            return after == EDGE
        case "m^":
            return before in {EDGE, NEWLINE_CHAR}
        case "m$":
            return after in {EDGE, NEWLINE_CHAR}
        case "b":
            return (before == WORD_CHAR) != (after == WORD_CHAR)
        case _:
            return (before == WORD_CHAR) == (after == WORD_CHAR)
