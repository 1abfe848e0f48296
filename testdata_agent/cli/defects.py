"""What is said of the defects that records were given."""

from collections.abc import Mapping


def notes(verdicts: Mapping[str, int], replaced: int) -> list[str]:
    """One line, where any were given."""
    if not verdicts:
        return []
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    more = f"; {replaced} mutations that the checks did not confirm were replaced" if replaced else ""
    return [f"defects, by what a system should do with the record: {told}{more}"]
