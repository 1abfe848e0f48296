"""Pieces: what templates are made of, whatever their format."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from testdata_agent.engine.synthesis.columns import Choices, Column, Numbers, Part
from testdata_agent.engine.synthesis.frame import Frame
from testdata_agent.engine.synthesis.parts import joined

#: Gives parts of every row's text out of a frame.
Slot = Callable[[Frame], Sequence[Part]]
#: What every row has, or what is looked up for a frame.
Piece = str | Slot
#: What a template takes for granted about a frame's columns: (kind, all present, none null) of each.
Forms = list[tuple[type, bool, bool]]


def forms_of(frame: Frame, paths: Sequence[str]) -> Forms:
    """The forms of these columns."""
    columns = map(frame.columns.__getitem__, paths)
    return [(type(column), column.present is None, column.nulls is None) for column in columns]


def texts_of(pieces: Sequence[Piece], frame: Frame, level: str) -> list[str]:
    """One text a position of a level."""
    return joined(parts_of(pieces, frame), frame.levels[level].size)


def parts_of(pieces: Sequence[Piece], frame: Frame) -> list[Part]:
    """The pieces filled in."""
    parts: list[Part] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            parts += piece(frame)
    return parts


def merge(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring constants as one."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(last, str):
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return merged


def drawn_of(column: Column | None) -> Choices | None:
    """The table and lines of a column that has a value in every row; None where it is of another kind."""
    if column is None or column.present is not None or column.nulls is not None:
        return None
    if type(column) is Choices:
        return column
    return column.drawn if type(column) is Numbers else None


def run_of(frame: Frame, paths: Iterable[str]) -> list[str]:
    """The first of these fields and those after it that are drawn together from one table; empty names are none."""
    run: list[str] = []
    codes: Any = None
    for path in paths:
        drawn = drawn_of(frame.columns.get(path))
        if drawn is None or (run and drawn.codes is not codes):
            break
        run.append(path)
        codes = drawn.codes
    return run
