"""Which points in time of a schema come after which: by its rules, by how they are made, by what they mean."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from testdata_agent.engine.rules.syntax import Path
from testdata_agent.engine.schema.model import TIME_TYPES
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.outline import Outline

_Edges = Mapping[str, set[str]]


class Orders:
    """Read once for a schema; a field that comes after others is asked for many times."""

    def __init__(self, outline: Outline) -> None:
        """Takes the schema's outline."""
        self._outline = outline

    def base(self, path: str) -> str | None:
        """The time field that a rule says comes before this one (`updated_at >= created_at`), beside or around it."""
        return self._bases.get(path)

    def later(self, path: str, *, meant: bool) -> list[str]:
        """The fields that come after this one, and those behind these; `meant`: also those that mean so."""
        return sorted(_reached(self._meant if meant else self._made, path) - {path})

    def begins_circle(self, path: str) -> bool:
        """Whether rules put a field after itself, by way of others, and it is the one of them that is made first."""
        circle = _reached(self._before, path)
        if path not in circle:
            return False
        circle &= _reached(_turned(self._before), path)
        return path == min(circle - self._outline.derived.keys())

    @cached_property
    def _bases(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for rule in self._outline.book.checking:
            expr = getattr(rule.expr, "consequence", rule.expr)
            left, right, operator = (getattr(expr, name, None) for name in ("left", "right", "operator"))
            if operator in {"<=", "<"}:
                left, right = right, left
            elif operator not in {">=", ">"}:
                continue
            if isinstance(left, Path) and isinstance(right, Path) and self._is_around(right.name, left.name):
                found.setdefault(left.name, right.name)
        return found

    def _is_around(self, other: str, path: str) -> bool:
        """Whether a field stands beside another, or in the record or item around it: not among an array's items."""
        outer, inner = self._outline.shape[other].array, self._outline.shape[path].array
        return outer in {ROOT, inner} or inner.startswith(outer + ".")

    @cached_property
    def _before(self) -> _Edges:
        """What rules make a field of, or put before it."""
        edges = {path: {base} for path, base in self._bases.items()}
        return edges | {path: set(rule.inputs) for path, rule in self._outline.derived.items()}

    @cached_property
    def _made(self) -> _Edges:
        return self._edges(meant=False)

    @cached_property
    def _meant(self) -> _Edges:
        return self._edges(meant=True)

    def _edges(self, *, meant: bool) -> _Edges:
        before: dict[str, set[str]] = {}
        for path, spec in self._outline.fields.items():
            if spec.type not in TIME_TYPES:
                continue
            hint = spec.generate or (self._outline.hints.get(path) if meant else None) or {}
            of = hint.get("of", []) if hint.get("kind") in {"after", "later"} else []
            named: Iterable[str] = of if isinstance(of, list) else [of]
            before[path] = {*named, *({self._bases[path]} if path in self._bases else ())}
        return _turned(before)


def _turned(edges: _Edges) -> _Edges:
    """The edges the other way round."""
    found: dict[str, set[str]] = {}
    for path, others in edges.items():
        for other in others:
            found.setdefault(other, set()).add(path)
    return found


def _reached(edges: _Edges, path: str) -> set[str]:
    """What the edges lead to from a field; the field itself where they lead back to it."""
    found, pending = set[str](), [path]
    while pending:
        new = edges.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found
