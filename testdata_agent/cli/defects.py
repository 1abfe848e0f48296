"""What is said of the defects that records were given."""

from collections.abc import Mapping
from typing import Any


def notes(verdicts: Mapping[str, int], replaced: int) -> list[str]:
    """One line, where any were given."""
    if not verdicts:
        return []
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    more = f"; replaced, since the checks did not confirm them: {replaced}" if replaced else ""
    return [f"defects, by what a system should do with the record: {told}{more}"]


def coverage_notes(report: Mapping[str, Any] | None) -> list[str]:
    """What a set covers, in a line or two."""
    if report is None:
        return []
    pairs = f"{report['pairs_reached']} of {report['pairs']} pairs"
    size = f"{report['combinations']} valid and {report['mutations']} with one thing wrong"
    notes = [
        f"the set: {size}; they reach {len(report['values'])} values and {pairs}; fewer than {report['least']} cannot"
    ]
    if report["unreached_count"]:
        first = report["unreached"][0]
        notes.append(f"not reached: {report['unreached_count']}, such as {first['goal']}: {first['why']}")
    return notes
