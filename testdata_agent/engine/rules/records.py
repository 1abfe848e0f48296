"""Rules over single records: compiled once to nested functions, exact; and why a record breaks one."""

from collections.abc import Callable, Mapping
from typing import Any

from testdata_agent.engine.rules import closures
from testdata_agent.engine.rules.explain import failures
from testdata_agent.engine.rules.rulebook import Rule

__all__ = ["Check", "compile_check", "failures"]

#: True, False, or None where the rule does not apply.
Check = Callable[[Mapping[str, Any]], bool | None]


def compile_check(rule: Rule, *, as_of: int) -> Check:
    """A function that says of a record whether the rule holds; None: it does not apply.

    Values are as JSON gives them: int, float (taken as the decimal that it prints as) or Decimal, RFC 3339 texts,
    dates, texts, truth values. A value of a kind that the field has not counts as absent. It never raises. A rule on
    items holds where it holds for every item that it applies to. `as_of` is what `now` means, in epoch seconds.
    """
    read = closures.reader(rule.claim, as_of, rule.arrays)
    if not rule.arrays:
        return lambda record: read((record,))

    def check(record: Mapping[str, Any]) -> bool | None:
        verdict: bool | None = None
        for place, _ in closures.places(record, rule.arrays):
            one = read(place)
            if one is False:
                return False
            verdict = one if one is not None else verdict
        return verdict

    return check
