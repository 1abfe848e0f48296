"""What follows from setting a field that is there under a condition: the condition holds, or the request is refused."""

from collections.abc import Set as AbstractSet

from testdata_agent.engine.rules.lexer import RuleSyntaxError
from testdata_agent.engine.rules.rulebook import parse_condition
from testdata_agent.engine.rules.syntax import Binary, Expr, Items, Path
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.literals import SHOWN
from testdata_agent.engine.synthesis.outline import Outline


def hold(limits: Limits, outline: Outline, before: Limits) -> None:
    """Narrows what the conditions of set fields are about: with a `captured_at`, a status that has one.

    Args:
        limits: With the overrides read; narrowed in place.
        outline: Of the schema.
        before: The limits without the overrides.
    """
    for path, where in tuple(limits.sources.items()):
        if before.sources.get(path) == where:
            continue
        condition = (limits.fields[path].generate or {}).get("when")
        expr = None if condition is None else _parsed(condition, outline)
        if isinstance(expr, Binary) and isinstance(expr.left, Path) and isinstance(expr.right, Items):
            allowed = {value.value for value in expr.right.values}
            if not _narrow(limits, expr.left.name, allowed, where):
                words = f"{path} is there only where {condition}, and the request wants another {expr.left.name}"
                limits.fault(where, "CONTRADICTION", words[: 10 * SHOWN])


def _parsed(condition: str, outline: Outline) -> Expr | None:
    try:
        return parse_condition(condition, outline.shape)
    except RuleSyntaxError:
        # The schema's own fault: compiling it says so.
        return None


def _narrow(limits: Limits, path: str, allowed: AbstractSet[object], where: str) -> bool:
    """Whether the field can still be one of the values; it is then one of them."""
    if path in limits.fixed:
        return limits.fixed[path] in allowed
    spec = limits.fields[path]
    if spec.values is None:
        return True
    kept = tuple(value for value in spec.values if value in allowed)
    if kept and kept != spec.values:
        limits.fields[path] = spec.model_copy(update={"values": kept})
        limits.sources.setdefault(path, where)
    return bool(kept)
