"""Tables of reference data: tab-separated lines without a heading."""

from importlib import resources


def table_lines(name: str) -> list[list[str]]:
    """The lines of a table in `reference/`, such as `places/en_US.tsv`."""
    file = resources.files("testdata_agent.engine.catalog") / "reference" / name
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
