"""Tables in Markdown that can be read as they are."""

from collections.abc import Iterator, Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines: columns of even width; numbers, which all but the first are, to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    marks = ["-" * width if not column else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    for row in (head, marks, *rows):
        cells = zip(row, widths, strict=True)
        padded = [cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(cells)]
        yield f"| {' | '.join(padded)} |"
    yield ""
