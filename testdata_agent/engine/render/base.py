"""What every format is: formats stand side by side and have this shape."""

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

from testdata_agent.engine.synthesis.columns import Part
from testdata_agent.engine.synthesis.frame import Frame


class Template(Protocol):
    """How frames of one form become text."""

    def fits(self, frame: Frame) -> bool:
        """Whether the frame's columns are of the form that the template was made for."""
        ...

    def rows(self, frame: Frame, tail: Sequence[Part]) -> list[str]:
        """One text a row; `tail` goes to its end where the format has an envelope."""
        ...


class Writer:
    """Writes the rows of one plan's frames in one format."""

    def __init__(self, make: Callable[[Frame], Template]) -> None:
        """Takes what makes a template for frames of the form of one of them."""
        self._make = make
        self._template: Template | None = None

    def rows(self, frame: Frame, tail: Sequence[Part] = ()) -> list[str]:
        """One text a row; see Template."""
        template = self._template
        if template is None or not template.fits(frame):
            template = self._template = self._make(frame)
        return template.rows(frame, tail)


class Rendering(Protocol):
    """How the records of one request are written: a format, its options and its columns.

    Attributes:
        head: What goes before the first record, once; empty where nothing does.
        enveloped: Whether records may say `_index` and `_scenario`.
    """

    head: str
    enveloped: bool

    @property
    def key(self) -> Hashable:
        """Equal where a plan's rows are written alike."""
        ...

    def writer(self) -> Writer:
        """A new writer, for one plan."""
        ...

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:
        """Rows as a text that is whole in itself, the head before them or not."""
        ...
