"""What makers hold by construction, so that blocks need not be searched for it."""

from fractions import Fraction

from testdata_agent.engine.rules.syntax import Binary, Expr, Implies, Literal, Path
from testdata_agent.engine.synthesis.draft import Draft


def kept(claim: Expr, draft: Draft) -> bool:
    """Whether a rule's claim follows from what the makers of a draft promise."""
    if claim in draft.promises:
        return True
    match claim:
        case Implies(consequence=consequence):
            return kept(consequence, draft)
        case Binary(operator="and", left=left, right=right):
            return kept(left, draft) and kept(right, draft)
        case Binary(operator=">=", left=Path(name=name), right=Literal(value=Fraction() as least)):
            low = draft.limits.fields[name].min if name in draft.bounded else None
            return low is not None and Fraction(str(low)) >= least
        case Binary(operator="<=", left=Path(name=name), right=Literal(value=Fraction() as most)):
            high = draft.limits.fields[name].max if name in draft.bounded else None
            return high is not None and Fraction(str(high)) <= most
        case Binary(operator="<=", left=left, right=right):
            return Binary(">=", right, left) in draft.promises
    return False
