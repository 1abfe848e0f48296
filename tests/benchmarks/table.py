"""Figures with their targets, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, in its own unit.

    Attributes:
        unit: Written after the number.
        digits: Of the fraction.
        least, most: What it must be; neither: shown beside the others, held to nothing.
    """

    name: str
    measured: float
    unit: str = ""
    digits: int = 0
    least: float | None = None
    most: float | None = None

    @classmethod
    def share(cls, name: str, part: float, whole: float, *, least: float) -> Self:
        """`part` of `whole`, in percent; `least` is a fraction."""
        return cls(name, 100 * part / whole, " %", least=100 * least)

    @property
    def missed(self) -> bool:
        """Whether there is a target that it does not meet."""
        low = self.least is not None and self.measured < self.least
        return low or (self.most is not None and self.measured > self.most)

    def cells(self) -> tuple[str, str, str, str]:
        """Name, measured, target, holds."""
        if self.least is None and self.most is None:
            return self.name, self._written(self.measured), "", ""
        target = f">= {self._written(self.least)}" if self.least is not None else f"<= {self._written(self.most or 0)}"
        return self.name, self._written(self.measured), target, "NO" if self.missed else "yes"

    def _written(self, number: float) -> str:
        return f"{number:,.{self.digits}f}{self.unit}"


HEAD = ("figure", "measured", "target", "holds")


def print_head() -> None:
    """The first line of the table."""
    _print_row(HEAD)


def print_section(figures: Sequence[Figure]) -> None:
    """Some lines of the table, at once, so that a long run shows what it has."""
    for figure in figures:
        _print_row(figure.cells())
    print(flush=True)


def _print_row(cells: tuple[str, str, str, str]) -> None:
    name, measured, target, holds = cells
    print(f"{name:66} {measured:>12} {target:>13} {holds:>5}")
